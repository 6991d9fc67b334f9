package dev.cambium.conformance.net;

import dev.cambium.nn.Layer;
import dev.cambium.nn.Network;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.init.He;
import dev.cambium.nn.init.Normal;
import dev.cambium.nn.init.Uniform;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Philox4x32;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network on random data. All numbers come from the case's name and the number of the draw, and
 * are FLOAT32, so that backend and oracle start from identical bits.
 *
 * @param name of the case; messages begin with it
 * @param layer the network
 * @param sample the shape of one input
 * @param batch the number of inputs
 */
record NetCase(String name, Layer layer, Shape sample, int batch) {
  /** The number of classes of every case. */
  static final int CLASSES = 10;

  /** The network in an element type. */
  Network network(DType dtype) {
    return Network.of(layer, dtype, sample);
  }

  /** The seed of a draw: the hash of the name, and the draw's number above it. */
  long seed(int draw) {
    return Philox4x32.stream(name) & 0xFFFFFFFFL | (long) draw << 32;
  }

  /**
   * Parameters as no initialiser leaves them: no bias is 0, no scale of a normalisation is 1, and
   * the scores depend on the input, so that no fault of a kernel meets a factor 0 or 1 that hides
   * it. Constants are what the layer says, as its formula needs them.
   */
  Map<String, HostArray> states(int draw) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    network(DType.FLOAT32)
        .states()
        .forEach((name, state) -> values.put(name, state(state, seed(draw))));
    return values;
  }

  private static HostArray state(StateSpec state, long seed) {
    if (state.role() == StateSpec.Role.CONSTANT) {
      return state.initialise(seed);
    }
    RandomStream random = new RandomStream(seed, state.name());
    if (!state.type().dtype().isFloating()) {
      return HostArray.scalar(state.type().dtype(), 3);
    }
    if (state.isWeight()) {
      return He.normal().initialise(state.type(), state.fans(), random);
    }
    boolean positive = state.name().endsWith("weight") || state.name().endsWith("running_var");
    return (positive ? new Uniform(0.5, 1.5) : new Normal(0.3))
        .initialise(state.type(), state.fans(), random);
  }

  /** One batch for each training step, or one for step 0. */
  List<Map<String, HostArray>> batches(int draw, int steps) {
    RandomStream random = new RandomStream(seed(draw), "batches");
    List<Map<String, HostArray>> batches = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      batches.add(inputs(random, seed(draw), step));
    }
    return batches;
  }

  private Map<String, HostArray> inputs(RandomStream random, long seed, int step) {
    List<Integer> dimensions = new ArrayList<>(List.of(batch));
    for (int dimension : sample.toArray()) {
      dimensions.add(dimension);
    }
    TensorType images = new TensorType(DType.FLOAT32, Shape.of(dimensions));
    HostArray input = HostArray.allocate(images);
    for (int i = 0; i < images.shape().intSize(); i++) {
      input.set(i, random.nextGaussian());
    }
    HostArray targets = HostArray.allocate(TensorType.of(DType.INT32, batch));
    for (int i = 0; i < batch; i++) {
      targets.set(i, random.nextInt(CLASSES));
    }
    Map<String, HostArray> inputs = new LinkedHashMap<>();
    inputs.put(Network.INPUT, input);
    inputs.put(NetGraph.TARGETS, targets);
    inputs.put("rng", HostArray.of(Shape.of(4), (int) seed, (int) (seed >>> 32), step, 0));
    return inputs;
  }
}
