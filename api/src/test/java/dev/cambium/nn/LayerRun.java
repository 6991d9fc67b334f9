package dev.cambium.nn;

import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a layer gives on the reference backend, in FLOAT64. */
final class LayerRun {
  private final Network network;
  private final Map<String, HostArray> states;

  private LayerRun(Network network, Map<String, HostArray> states) {
    this.network = network;
    this.states = states;
  }

  /** A layer with its first values under seed 3. */
  static LayerRun of(Layer layer, int... sample) {
    Network network = Network.of(layer, DType.FLOAT64, Shape.of(sample));
    return new LayerRun(network, network.initialise(3));
  }

  /** This layer with other values of a state. */
  LayerRun with(String state, double... values) {
    Map<String, HostArray> changed = new LinkedHashMap<>(states);
    changed.put(state, HostArray.of(network.states().get(state).type(), values));
    return new LayerRun(network, changed);
  }

  double[] run(Mode mode, long step, Shape input, double... values) {
    Description description = network.describe(new dev.cambium.graph.GraphBuilder(), input, mode);
    try (Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
        ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend)) {
      states.forEach(store::create);
      try (Plan plan =
          Plan.of(
              description.graph().build().withoutAssignments().fetching(List.of(Network.OUTPUT)),
              store,
              pool)) {
        plan.bind(Network.INPUT, HostArray.of(new TensorType(DType.FLOAT64, input), values));
        if (plan.inputs().contains("rng")) {
          plan.bind("rng", HostArray.of(Shape.of(4), 5, 0, (int) step, 0));
        }
        plan.run();
        return plan.fetch(Network.OUTPUT).toDoubles();
      }
    }
  }

  /** Of an input whose elements are all 1. */
  double[] ofOnes(Mode mode, long step, int... input) {
    double[] ones = new double[Shape.of(input).intSize()];
    Arrays.fill(ones, 1);
    return run(mode, step, Shape.of(input), ones);
  }
}
