package dev.cambium.optim;

import dev.cambium.graph.Gradients;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.StateSpec;
import dev.cambium.op.Fill;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Everything between gradients and new parameters: an optimiser, its learning rate, rules for
 * groups of parameters, clipping. Immutable.
 *
 * <pre>{@code
 * UpdateRule.of(Sgd.of().momentum(0.9).weightDecay(5e-4), new CosineSchedule(0.1, 10_000))
 *     .group(ParameterGroup.noDecayOnBiasAndNorm())
 *     .group(ParameterGroup.under("features").freeze())
 *     .clipGlobalNorm(5);
 * }</pre>
 *
 * @param optimizer how parameters follow gradients
 * @param learningRate by step
 * @param groups rules for some of the parameters, in order
 * @param clipping of all gradients together, or empty
 */
public record UpdateRule(
    Optimizer optimizer,
    LearningRateSchedule learningRate,
    List<ParameterGroup> groups,
    Optional<GlobalNormClipping> clipping) {
  /** The name under which the length of the gradients can be fetched where they are clipped. */
  public static final String GRADIENT_NORM = "gradient_norm";

  /** Copies the list. */
  public UpdateRule {
    Objects.requireNonNull(optimizer, "optimizer");
    Objects.requireNonNull(learningRate, "learningRate");
    Objects.requireNonNull(clipping, "clipping");
    groups = List.copyOf(groups);
  }

  /** One rule for all parameters, no clipping. */
  public static UpdateRule of(Optimizer optimizer, LearningRateSchedule learningRate) {
    return new UpdateRule(optimizer, learningRate, List.of(), Optional.empty());
  }

  /** One rule for all parameters at a constant learning rate, no clipping. */
  public static UpdateRule of(Optimizer optimizer, double learningRate) {
    return of(optimizer, new ConstantSchedule(learningRate));
  }

  /** This rule with one more for some of the parameters. */
  public UpdateRule group(ParameterGroup group) {
    List<ParameterGroup> more = new ArrayList<>(groups);
    more.add(group);
    return new UpdateRule(optimizer, learningRate, more, clipping);
  }

  /** This rule with all gradients together clipped to the given length. */
  public UpdateRule clipGlobalNorm(double maximumNorm) {
    return new UpdateRule(
        optimizer, learningRate, groups, Optional.of(new GlobalNormClipping(maximumNorm)));
  }

  /**
   * The states that are trained: parameters that no group freezes, in the given order.
   *
   * @throws IllegalArgumentException when none is left, when a group names a path under which there
   *     is no parameter, or limits the weights of units and there are none
   */
  public List<StateSpec> trained(Collection<StateSpec> states) {
    for (ParameterGroup group : groups) {
      if (group.parameters() instanceof ParameterGroup.Under under
          && states.stream().noneMatch(group::matches)) {
        throw new IllegalArgumentException(
            "path of a ParameterGroup must lead to a parameter, got '"
                + under.path()
                + "'; the parameters are "
                + names(states));
      }
      if (group.maxNorm().isPresent()
          && states.stream().noneMatch(state -> state.isWeight() && group.matches(state))) {
        throw new IllegalArgumentException(
            "maxNorm of a ParameterGroup must be of weights, parameters of two dimensions or more,"
                + " got a group without any; the parameters are "
                + names(states));
      }
    }
    List<StateSpec> trained =
        states.stream().filter(StateSpec::trainable).filter(state -> !frozen(state)).toList();
    if (trained.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no parameter to train: all of " + names(states) + " are frozen");
    }
    return trained;
  }

  private static List<String> names(Collection<StateSpec> states) {
    return states.stream().filter(StateSpec::trainable).map(StateSpec::name).toList();
  }

  private boolean frozen(StateSpec state) {
    return groups.stream().anyMatch(group -> group.frozen() && group.matches(state));
  }

  /**
   * Emits the gradients of the loss by the given states of the graph.
   *
   * @throws IllegalArgumentException when the loss does not depend on one of them
   */
  public static List<Value> gradients(GraphBuilder graph, Value loss, List<StateSpec> trained) {
    List<Value> values =
        trained.stream().<Value>map(state -> graph.state(state.name(), state.type())).toList();
    List<Optional<Value>> gradients = Gradients.of(graph, loss, values);
    List<Value> present = new ArrayList<>();
    for (int i = 0; i < trained.size(); i++) {
      String name = trained.get(i).name();
      present.add(
          gradients
              .get(i)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "parameter "
                              + name
                              + " has no gradient, as the loss does not depend on it; freeze it or"
                              + " take its layer out")));
    }
    return present;
  }

  /** Emits the update of all trained parameters; see the other method. */
  public UpdateDescription describe(
      GraphBuilder graph, List<StateSpec> trained, List<Value> gradients) {
    return describe(
        graph,
        trained,
        gradients,
        graph.emit(new Fill(trained.get(0).type().withShape(Shape.scalar()), 1)));
  }

  /**
   * Emits the update of all trained parameters and assigns their states and the optimiser's.
   *
   * @param graph the training graph
   * @param trained the states from {@link #trained}
   * @param gradients a gradient for each of them
   * @param gradientScale what every gradient is to be multiplied by, such as 1 / the number of
   *     gradients that were added up; a scalar of their element type
   * @throws IllegalArgumentException when a gradient does not fit its parameter
   */
  public UpdateDescription describe(
      GraphBuilder graph, List<StateSpec> trained, List<Value> gradients, Value gradientScale) {
    if (trained.isEmpty() || gradients.size() != trained.size()) {
      throw new IllegalArgumentException(
          "gradients must be one for each of the "
              + trained.size()
              + " trained parameters, got "
              + gradients.size());
    }
    return graph.scope("optimizer", () -> emit(graph, trained, gradients, gradientScale));
  }

  private UpdateDescription emit(
      GraphBuilder graph, List<StateSpec> trained, List<Value> gradients, Value gradientScale) {
    Optional<GlobalNormClipping.Clipped> clipped =
        clipping.map(c -> c.describe(graph, gradients, gradientScale));
    clipped.ifPresent(c -> graph.name(GRADIENT_NORM, c.norm()));
    List<OptimizerContext.Parameter> parameters = new ArrayList<>();
    for (int i = 0; i < trained.size(); i++) {
      parameters.add(parameter(graph, trained.get(i), gradients.get(i)));
    }
    OptimizerContext context =
        new OptimizerContext(
            graph,
            parameters,
            this::checkedLearningRate,
            clipped.map(GlobalNormClipping.Clipped::gradientScale).orElse(gradientScale));
    optimizer.describe(context);
    context.requireLimits();
    return new UpdateDescription(
        context.stepInputs(), context.states(), clipped.map(GlobalNormClipping.Clipped::norm));
  }

  private OptimizerContext.Parameter parameter(
      GraphBuilder graph, StateSpec state, Value gradient) {
    double factor = 1;
    OptionalDouble decay = OptionalDouble.empty();
    Optional<MaxNorm> maxNorm = Optional.empty();
    for (ParameterGroup group : groups) {
      if (group.matches(state)) {
        factor *= group.learningRateFactor();
        decay = group.weightDecay().isPresent() ? group.weightDecay() : decay;
        maxNorm = group.maxNorm().isPresent() && state.isWeight() ? group.maxNorm() : maxNorm;
      }
    }
    return new OptimizerContext.Parameter(
        state, graph.state(state.name(), state.type()), gradient, factor, decay, maxNorm);
  }

  /**
   * The learning rate of a step.
   *
   * @throws IllegalArgumentException when the schedule gives NaN, infinity or a negative number
   */
  public double checkedLearningRate(long step) {
    double rate = learningRate.at(step);
    Settings.rate("learning rate at step " + step, rate);
    return rate;
  }
}
