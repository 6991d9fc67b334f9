package dev.cambium.train;

import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.Network;
import dev.cambium.nn.StateSpec;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.op.Value;
import dev.cambium.runtime.Plan;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * An average of a model's weights, on its backend: the states {@code average.NAME}, followed by a
 * plan of their own, so that the training step is the same with them and without.
 */
final class AveragedWeights implements AutoCloseable {
  private static final String PREFIX = "average.";
  private static final String SHARE = "average.share";
  private static final String SIGN = "average.sign";
  private static final int PLANS = 3;

  /** What is done while the averages are the model's weights. */
  @FunctionalInterface
  interface Action {
    void run() throws IOException;
  }

  private final Model model;
  private final WeightAverage rule;
  private final TensorType scalar;
  private final List<StateSpec> averaged;
  private final PlanCache plans = new PlanCache(PLANS);
  private double bound = Double.NaN;

  AveragedWeights(Model model, WeightAverage rule) {
    Network network = model.network();
    this.model = model;
    this.rule = rule;
    this.scalar = new TensorType(network.dtype(), Shape.scalar());
    this.averaged =
        Model.saved(network).stream()
            .map(network.states()::get)
            .filter(state -> state.type().dtype() == network.dtype())
            .toList();
    states()
        .forEach(
            (name, type) -> {
              if (!model.store().contains(name)) {
                model.store().create(name, HostArray.allocate(type));
              }
            });
  }

  /** The averages with their types. */
  Map<String, TensorType> states() {
    Map<String, TensorType> states = new LinkedHashMap<>();
    averaged.forEach(state -> states.put(PREFIX + state.name(), state.type()));
    return states;
  }

  /** Lets the averages begin as the weights. */
  void begin() {
    run("begin", PREFIX, "");
  }

  /** Follows an update that was made after {@code update} others. */
  void updated(long update) {
    follow("the update after " + update, rule.afterUpdate(update));
  }

  /** Follows the end of an epoch, from 1. */
  void epochEnded(int epoch) {
    follow("the end of epoch " + epoch, rule.afterEpoch(epoch));
  }

  /** Makes the averages the model's weights, for good. */
  void take() {
    run("take", "", PREFIX);
  }

  /** Runs {@code action} while the averages are the model's weights, and the weights put aside. */
  void whileInPlace(Action action) throws IOException {
    synchronized (model) {
      try (Plan swap = model.plan(swap())) {
        swap.run();
        Closeable back = swap::run;
        try (back) {
          action.run();
        }
      }
    }
  }

  private void follow(String moment, OptionalDouble share) {
    if (share.isPresent()) {
      double s = share.getAsDouble();
      if (!(s >= 0 && s <= 1)) {
        throw new IllegalArgumentException(
            "%s must give the new weights a share of [0, 1], gave %s at %s"
                .formatted(rule, s, moment));
      }
      if (s == 1) {
        begin();
      } else {
        move(s);
      }
    }
  }

  private void move(double share) {
    synchronized (model) {
      Plan plan = plans.get("move", this::movePlan);
      if (share != bound) {
        plan.bind(SHARE, HostArray.of(scalar, new double[] {exact(share)}));
        bound = share;
      }
      plan.run();
    }
  }

  /**
   * The share to a multiple of 2^-24: then 1 - s is a float too, the two factors add up to 1, and
   * an average of equal weights is these weights however often it is taken.
   */
  private static double exact(double share) {
    return share == 0 ? 0 : Math.max(1, Math.rint(share * 0x1p24)) * 0x1p-24;
  }

  private Plan movePlan() {
    Plan plan = model.plan(move());
    plan.bind(SIGN, HostArray.of(scalar, new double[] {-1}));
    return plan;
  }

  /**
   * (1 - s) average + s weights, as a step of gradient descent of the averages: learning rate s,
   * decoupled decay 1, gradient -weights. So it is one launch for all of them, and native wherever
   * training is.
   */
  private Graph move() {
    GraphBuilder graph = new GraphBuilder();
    List<Value> averages = values(graph, PREFIX);
    List<Value> inputs = new ArrayList<>();
    inputs.add(graph.input(SHARE, scalar));
    inputs.add(graph.input(SIGN, scalar));
    inputs.addAll(averages);
    inputs.addAll(values(graph, ""));
    List<UpdateOptions> options =
        Collections.nCopies(averages.size(), new UpdateOptions(1, 1, true));
    List<Value> next =
        graph.scope("average", () -> graph.emit(new SgdUpdate(0, false, options), inputs));
    for (int i = 0; i < averages.size(); i++) {
      graph.assign(averages.get(i), next.get(i));
    }
    return graph.build().fetching(List.of());
  }

  private void run(String key, String to, String from) {
    synchronized (model) {
      plans.get(key, () -> model.plan(copy(to, from))).run();
    }
  }

  private Graph copy(String to, String from) {
    GraphBuilder graph = new GraphBuilder();
    assign(graph, to, from);
    return graph.build().fetching(List.of());
  }

  private Graph swap() {
    GraphBuilder graph = new GraphBuilder();
    assign(graph, PREFIX, "");
    assign(graph, "", PREFIX);
    return graph.build().fetching(List.of());
  }

  private void assign(GraphBuilder graph, String to, String from) {
    List<Value> targets = values(graph, to);
    List<Value> sources = values(graph, from);
    for (int i = 0; i < targets.size(); i++) {
      graph.assign(targets.get(i), sources.get(i));
    }
  }

  private List<Value> values(GraphBuilder graph, String prefix) {
    return averaged.stream()
        .<Value>map(state -> graph.state(prefix + state.name(), state.type()))
        .toList();
  }

  /** Frees the plans; the averages stay in the model's store. */
  @Override
  public void close() {
    synchronized (model) {
      plans.close();
    }
  }
}
