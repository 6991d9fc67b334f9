package dev.cambium.train;

import dev.cambium.data.Dataset;
import dev.cambium.graph.Graph;
import dev.cambium.graph.Node;
import dev.cambium.graph.Node.Output;
import dev.cambium.nn.Description;
import dev.cambium.nn.Network;
import dev.cambium.nn.StateSpec;
import dev.cambium.runtime.Plan;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Looks at what the layers of a model take and give for one batch, in evaluation mode, while
 * somebody changes their weights.
 */
final class LayerProbe implements AutoCloseable {
  private static final int PLANS = 64;

  private final Model model;
  private final HostArray batch;
  private final Graph graph;
  private final List<WeightedLayer> layers;
  private final PlanCache plans = new PlanCache(PLANS);

  private LayerProbe(Model model, HostArray batch) {
    this.model = model;
    this.batch = batch;
    Description description = describe();
    this.layers = WeightedLayer.of(description.graph().build(), model.network().states());
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(
          "the network has no fully connected layer and no convolution whose weights could be set");
    }
    for (WeightedLayer layer : layers) {
      description.graph().name(inputOf(layer), layer.input());
      description.graph().name(outputOf(layer), layer.output());
    }
    this.graph = description.graph().build();
  }

  /**
   * Lets {@code body} change a model's weights by what it sees for {@code batch}; when it fails,
   * the model is as it was. Other threads wait meanwhile.
   *
   * @throws IllegalArgumentException when the batch is not one of two or more of the model's inputs
   */
  static <T> T run(Model model, HostArray batch, Function<LayerProbe, T> body) {
    synchronized (model) {
      check(model, batch);
      Map<String, HostArray> before = model.weights();
      try (LayerProbe probe = new LayerProbe(model, batch)) {
        return body.apply(probe);
      } catch (RuntimeException | Error e) {
        try {
          model.setWeights(before);
        } catch (RuntimeException | Error again) {
          e.addSuppressed(again);
        }
        throw e;
      }
    }
  }

  private static void check(Model model, HostArray batch) {
    Network network = model.network();
    int samples = batch.shape().rank() == 0 ? 0 : batch.shape().dim(0);
    TensorType expected = new TensorType(network.dtype(), Model.batched(samples, network.sample()));
    if (!batch.type().equals(expected) || samples < 2) {
      throw new IllegalArgumentException(
          "batch must be 2 or more preprocessed inputs of the model, "
              + network.dtype()
              + " of shape [N, ...] with samples of shape "
              + network.sample()
              + ", got "
              + batch.type());
    }
  }

  /**
   * Different samples of a data set, drawn at random, preprocessed as the model says.
   *
   * @throws IllegalArgumentException when there are not that many, or they are no samples of the
   *     model
   */
  static HostArray batch(Model model, Dataset data, int samples, long seed) {
    if (samples < 2 || samples > data.size()) {
      throw new IllegalArgumentException(
          "samples must be at least 2 and at most the "
              + data.size()
              + " of the data set, got "
              + samples);
    }
    Shape sample = model.spec().sample();
    if (!data.sampleShape().equals(sample)) {
      throw new IllegalArgumentException(
          "data must have samples of shape "
              + sample
              + " as the model expects, got "
              + data.sampleShape());
    }
    int[] order = new int[data.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    new RandomStream(seed, "initialisation/samples").shuffle(order);
    Shape input = model.network().sample();
    float[] raw = new float[sample.intSize()];
    float[] values = new float[Math.multiplyExact(samples, input.intSize())];
    for (int i = 0; i < samples; i++) {
      data.copy(order[i], raw, 0);
      model.spec().preprocessing().apply(raw, 0, values, i * input.intSize(), sample);
    }
    return HostArray.of(Model.batched(samples, input), values);
  }

  /** The network for the batch, written into a new graph. */
  Description describe() {
    return model.network().describe(batch.shape(), false);
  }

  /** The layers in the order of the forward pass. */
  List<WeightedLayer> layers() {
    return layers;
  }

  /** What a layer takes, under the present weights. */
  HostArray input(WeightedLayer layer) {
    return fetch(inputOf(layer), layer.input());
  }

  /** What a layer gives before its activation, under the present weights. */
  HostArray output(WeightedLayer layer) {
    return fetch(outputOf(layer), layer.output());
  }

  private HostArray fetch(String name, Output value) {
    if (value.node() instanceof Node.Input) {
      return batch;
    }
    return fetch(plans.get(name, () -> model.plan(graph.fetching(Set.of(name)))), Set.of(name))
        .get(name);
  }

  /** Runs a plan over a graph of {@link #describe} for the batch. */
  Map<String, HostArray> fetch(Plan plan, Set<String> names) {
    plan.bind(Network.INPUT, batch);
    plan.run();
    Map<String, HostArray> values = new LinkedHashMap<>();
    names.forEach(name -> values.put(name, plan.fetch(name)));
    return values;
  }

  /** A plan over the model's states; the caller closes it. */
  Plan plan(Graph other) {
    return model.plan(other);
  }

  /** The present value of a state. */
  HostArray state(String name) {
    return model.store().get(name);
  }

  /** Replaces the value of a state. */
  void state(String name, HostArray value) {
    model.store().set(name, value);
  }

  /** Multiplies the entries of each output in a state [O, ...] by its factor. */
  void scale(StateSpec state, double[] factors) {
    HostArray values = state(state.name());
    int each = values.shape().intSize() / factors.length;
    for (int i = 0; i < values.shape().intSize(); i++) {
      values.set(i, factors[i / each] * values.get(i));
    }
    state(state.name(), values);
  }

  @Override
  public void close() {
    plans.close();
  }

  private static String inputOf(WeightedLayer layer) {
    return "initialisation.input." + layer.name();
  }

  private static String outputOf(WeightedLayer layer) {
    return "initialisation.output." + layer.name();
  }
}
