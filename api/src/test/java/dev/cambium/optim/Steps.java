package dev.cambium.optim;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.init.Fans;
import dev.cambium.nn.init.Literal;
import dev.cambium.op.Fill;
import dev.cambium.op.Value;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;

/** One parameter {@code w} of two elements under an update rule, fed with chosen gradients. */
final class Steps implements AutoCloseable {
  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
  private final ParameterStore store = new ParameterStore(backend);
  private final BufferPool pool = new BufferPool(backend);
  private final UpdateDescription update;
  private final Plan plan;
  private long step;

  Steps(UpdateRule rule, double first, double second) {
    this(rule, 1, first, second);
  }

  Steps(UpdateRule rule, double gradientScale, double first, double second) {
    StateSpec w =
        new StateSpec(
            "w",
            TensorType.float32(2),
            new Literal(List.of(first, second)),
            Fans.of(Shape.of(2)),
            StateSpec.Role.PARAMETER);
    GraphBuilder graph = new GraphBuilder();
    Value scale = graph.emit(new Fill(TensorType.float32(), gradientScale));
    update =
        rule.describe(
            graph, rule.trained(List.of(w)), List.of(graph.input("gradient", w.type())), scale);
    store.create("w", w.initialise(1));
    update.states().values().forEach(state -> store.create(state.name(), state.initialise(1)));
    plan = Plan.of(graph.build(), store, pool);
  }

  void run(double first, double second) {
    plan.bind("gradient", HostArray.of(Shape.of(2), (float) first, (float) second));
    for (StepInput input : update.stepInputs()) {
      plan.bind(
          input.name(), HostArray.scalar(input.type().dtype(), input.value().applyAsDouble(step)));
    }
    plan.run();
    step++;
  }

  double[] parameter() {
    return state("w");
  }

  double[] state(String name) {
    return store.get(name).toDoubles();
  }

  double fetch(String name) {
    return plan.fetch(name).scalar();
  }

  @Override
  public void close() {
    plan.close();
    store.close();
    pool.close();
    backend.close();
  }
}
