package dev.cambium.optim;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Fans;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.LongToDoubleFunction;

/**
 * What an optimiser needs while it describes itself: the parameters with their gradients, the
 * scalars of the step, and states of its own. One context serves one description.
 */
public final class OptimizerContext {
  /**
   * A parameter that is trained.
   *
   * @param spec its name and type
   * @param value its value before the update
   * @param gradient of the loss, not yet scaled
   * @param learningRateFactor of its groups
   * @param weightDecay of its groups; empty for the optimiser's
   * @param maxNorm how long the weights of a unit may be; empty for any length
   */
  public record Parameter(
      StateSpec spec,
      Value value,
      Value gradient,
      double learningRateFactor,
      OptionalDouble weightDecay,
      Optional<MaxNorm> maxNorm) {}

  private final GraphBuilder graph;
  private final List<Parameter> parameters;
  private final Value gradientScale;
  private final List<StepInput> stepInputs = new ArrayList<>();
  private final Map<String, StateSpec> states = new LinkedHashMap<>();
  private final Set<Parameter> assigned = new HashSet<>();
  private final Value learningRate;

  OptimizerContext(
      GraphBuilder graph,
      List<Parameter> parameters,
      LongToDoubleFunction learningRate,
      Value gradientScale) {
    this.graph = graph;
    this.parameters = List.copyOf(parameters);
    this.gradientScale = gradientScale;
    this.learningRate = stepInput("learning_rate", learningRate);
  }

  /** The training graph. */
  public GraphBuilder graph() {
    return graph;
  }

  /** The parameters to update; at least one. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** The learning rate of the step, a scalar, before the factors of groups. */
  public Value learningRate() {
    return learningRate;
  }

  /** What every gradient is to be multiplied by, a scalar. */
  public Value gradientScale() {
    return gradientScale;
  }

  /**
   * A scalar that the host computes for every update: the graph's input {@code optimizer.NAME}, of
   * the parameters' element type.
   *
   * @param name its name
   * @param value from the number of updates made before to the value
   */
  public Value stepInput(String name, LongToDoubleFunction value) {
    TensorType scalar = parameters.get(0).value().tensorType().withShape(Shape.scalar());
    StepInput input = new StepInput("optimizer." + name, scalar, value);
    stepInputs.add(input);
    return graph.input(input.name(), scalar);
  }

  /**
   * A state per parameter, like the parameter, 0 at the beginning: {@code
   * optimizer.SLOT.PARAMETER}.
   */
  public List<Value> slots(String slot) {
    List<Value> values = new ArrayList<>();
    for (Parameter parameter : parameters) {
      TensorType type = parameter.spec().type();
      StateSpec state =
          new StateSpec(
              "optimizer." + slot + "." + parameter.spec().name(),
              type,
              Constant.ZEROS,
              Fans.of(type.shape()),
              StateSpec.Role.SLOT);
      states.put(state.name(), state);
      values.add(graph.state(state.name(), type));
    }
    return values;
  }

  /**
   * What differs from parameter to parameter: the rules of groups over the optimiser's own weight
   * decay.
   */
  public List<UpdateOptions> options(double weightDecay, boolean decoupled) {
    return parameters.stream()
        .map(
            parameter ->
                new UpdateOptions(
                    parameter.learningRateFactor(),
                    parameter.weightDecay().orElse(weightDecay),
                    decoupled))
        .toList();
  }

  /**
   * Emits one operation that updates all parameters, and assigns them and its slots.
   *
   * @param update the operation, whose first two scalars are the learning rate and the gradient
   *     scale
   * @param scalars its further scalars
   * @param slotNames a name for each of its slots, of which the states' names are made
   */
  public void update(ParameterUpdate update, List<Value> scalars, List<String> slotNames) {
    List<Value> changed = new ArrayList<>(parameters.stream().map(Parameter::value).toList());
    List<Value> inputs = new ArrayList<>(List.of(learningRate, gradientScale));
    inputs.addAll(scalars);
    inputs.addAll(changed);
    inputs.addAll(parameters.stream().map(Parameter::gradient).toList());
    for (String name : slotNames) {
      List<Value> slots = slots(name);
      inputs.addAll(slots);
      changed.addAll(slots);
    }
    List<Value> outputs = graph.emit(update, inputs);
    for (int i = 0; i < parameters.size(); i++) {
      assign(parameters.get(i), outputs.get(i));
    }
    for (int i = parameters.size(); i < changed.size(); i++) {
      graph.assign(changed.get(i), outputs.get(i));
    }
  }

  /**
   * Lets a parameter become {@code next}, kept within the limits of its groups. {@link #update}
   * does this; an optimiser that emits its operations itself ends with it.
   */
  public void assign(Parameter parameter, Value next) {
    graph.assign(
        parameter.value(),
        parameter.maxNorm().map(limit -> limit.describe(graph, next)).orElse(next));
    assigned.add(parameter);
  }

  /** Fails where an optimiser went past the limits of a group. */
  void requireLimits() {
    for (Parameter parameter : parameters) {
      if (parameter.maxNorm().isPresent() && !assigned.contains(parameter)) {
        throw new IllegalArgumentException(
            "parameter "
                + parameter.spec().name()
                + " has a maxNorm, which its optimiser does not keep; an optimiser must assign"
                + " parameters by OptimizerContext.assign or update");
      }
    }
  }

  List<StepInput> stepInputs() {
    return List.copyOf(stepInputs);
  }

  Map<String, StateSpec> states() {
    return Collections.unmodifiableMap(states);
  }
}
