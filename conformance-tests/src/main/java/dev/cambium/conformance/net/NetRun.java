package dev.cambium.conformance.net;

import dev.cambium.optim.StepInput;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A computation with a network, planned on a backend: states, working memory, and the plan. */
final class NetRun implements AutoCloseable {
  private final NetGraph net;
  private final ParameterStore store;
  private final BufferPool pool;
  private final Plan plan;

  /**
   * Plans {@code net} on {@code backend}, which stays open.
   *
   * @param states first values of its states; what is missing starts as its initialiser says
   */
  NetRun(Backend backend, NetGraph net, Map<String, HostArray> states) {
    this.net = net;
    this.store = new ParameterStore(backend);
    this.pool = new BufferPool(backend);
    try {
      net.states()
          .forEach(
              (name, state) -> {
                HostArray given = states.get(name);
                HostArray first = given == null ? state.initialise(0) : given;
                store.create(name, converted(first, state.type()));
              });
      this.plan = Plan.of(net.graph(), store, pool);
    } catch (RuntimeException | Error e) {
      pool.close();
      store.close();
      throw e;
    }
  }

  /** A value in another element type; FLOAT64 holds every FLOAT32. */
  static HostArray converted(HostArray value, TensorType type) {
    return value.type().equals(type) ? value : HostArray.of(type, value.toDoubles());
  }

  /** Runs once; {@code update} is the number of updates made before. */
  NetRun run(Map<String, HostArray> inputs, long update) {
    Map<String, HostArray> all = new LinkedHashMap<>(inputs);
    all.putAll(stepInputs(net.stepInputs(), update));
    for (var input : net.graph().inputs()) {
      plan.bind(input.path(), converted(all.get(input.path()), input.output(0).tensorType()));
    }
    plan.run();
    return this;
  }

  /** The values of step inputs, rounded to FLOAT32. */
  static Map<String, HostArray> stepInputs(List<StepInput> stepInputs, long update) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    for (StepInput input : stepInputs) {
      float value = (float) input.value().applyAsDouble(update);
      values.put(input.name(), HostArray.of(input.type(), new double[] {value}));
    }
    return values;
  }

  /** Everything that was asked for by name, and all states. */
  Map<String, HostArray> results() {
    Map<String, HostArray> results = new LinkedHashMap<>();
    net.graph().named().keySet().forEach(name -> results.put(name, plan.fetch(name)));
    results.putAll(states());
    return results;
  }

  /** All states. */
  Map<String, HostArray> states() {
    return new LinkedHashMap<>(store.snapshot());
  }

  /** One named value. */
  HostArray fetch(String name) {
    return plan.fetch(name);
  }

  /** Frees what the plan needs during a run. */
  void freeWorkingMemory() {
    pool.close();
  }

  /** Frees everything that it holds on the backend. */
  @Override
  public void close() {
    plan.close();
    pool.close();
    store.close();
  }
}
