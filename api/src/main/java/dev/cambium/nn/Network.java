package dev.cambium.nn;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Value;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A layer together with the size of its input, which fixes the names and shapes of all states. It
 * can be described any number of times, in any {@link Mode} and for any batch; an input that does
 * not fit the states is refused with the path of the layer that it does not fit.
 *
 * <p>Immutable and safe for concurrent use, as the layers are.
 */
public final class Network {
  /** The name of the graph input that takes the batch. */
  public static final String INPUT = "input";

  /** The name under which what the network gives can be fetched. */
  public static final String OUTPUT = "output";

  private final Layer layer;
  private final DType dtype;
  private final Shape sample;
  private final Map<String, StateSpec> states;

  private Network(Layer layer, DType dtype, Shape sample) {
    this.layer = Objects.requireNonNull(layer, "layer");
    this.dtype = Objects.requireNonNull(dtype, "dtype");
    this.sample = Objects.requireNonNull(sample, "sample");
    Description first = describe(new GraphBuilder(), withBatch(1), Mode.EVALUATION, Map.of());
    this.states = Collections.unmodifiableMap(new LinkedHashMap<>(first.states()));
  }

  /**
   * A network in FLOAT32.
   *
   * @param layer the outermost layer
   * @param sample the shape of one input without the batch, {@code [3, 32, 32]}
   * @throws IllegalArgumentException when the layers do not fit the input or each other
   */
  public static Network of(Layer layer, Shape sample) {
    return of(layer, DType.FLOAT32, sample);
  }

  /**
   * A network.
   *
   * @param layer the outermost layer
   * @param dtype the element type of inputs and parameters, FLOAT32 or FLOAT64
   * @param sample the shape of one input without the batch, {@code [3, 32, 32]}
   * @throws IllegalArgumentException when the layers do not fit the input or each other
   */
  public static Network of(Layer layer, DType dtype, Shape sample) {
    return new Network(layer, dtype, sample);
  }

  /** The outermost layer. */
  public Layer layer() {
    return layer;
  }

  /** The element type of inputs and parameters. */
  public DType dtype() {
    return dtype;
  }

  /** The shape of one input without the batch. */
  public Shape sample() {
    return sample;
  }

  /** All states by name, in the order in which the layers declare them. */
  public Map<String, StateSpec> states() {
    return states;
  }

  /** The number of trainable numbers. */
  public long parameterCount() {
    return states.values().stream()
        .filter(StateSpec::trainable)
        .mapToLong(state -> state.type().shape().size())
        .sum();
  }

  /** The first values of all states under {@code seed}, by name. */
  public Map<String, HostArray> initialise(long seed) {
    Map<String, HostArray> values = new LinkedHashMap<>();
    states.forEach((name, state) -> values.put(name, state.initialise(seed)));
    return values;
  }

  /** Writes the network into a new graph for batches of the given size. */
  public Description describe(int batch, boolean training) {
    return describe(batch, Mode.of(training));
  }

  /** Writes the network into a new graph for batches of the given size. */
  public Description describe(int batch, Mode mode) {
    return describe(new GraphBuilder(), withBatch(batch), mode);
  }

  /**
   * Writes the network into a new graph.
   *
   * @param input the shape of the input with the batch, {@code [64, 3, 32, 32]}
   * @param training whether dropout drops and batch normalisation uses the batch
   * @throws IllegalArgumentException when the input does not fit the states
   */
  public Description describe(Shape input, boolean training) {
    return describe(new GraphBuilder(), input, training);
  }

  /**
   * Writes the network into a graph that is open already.
   *
   * @param graph where to
   * @param input the shape of the input with the batch, {@code [64, 3, 32, 32]}
   * @param training whether dropout drops and batch normalisation uses the batch
   * @throws IllegalArgumentException when the input does not fit the states
   */
  public Description describe(GraphBuilder graph, Shape input, boolean training) {
    return describe(graph, input, Mode.of(training));
  }

  /**
   * Writes the network into a graph that is open already.
   *
   * @param graph where to
   * @param input the shape of the input with the batch, {@code [64, 3, 32, 32]}
   * @param mode what the graph is for
   * @throws IllegalArgumentException when the input does not fit the states
   */
  public Description describe(GraphBuilder graph, Shape input, Mode mode) {
    return describe(graph, input, mode, states);
  }

  /** The layers with their shapes, parameters and multiply-adds, for one sample. */
  public Summary summary() {
    return summary(withBatch(1));
  }

  /** The layers with their shapes, parameters and multiply-adds, for an input with batch. */
  public Summary summary(Shape input) {
    return describe(input, false).summary();
  }

  private Description describe(
      GraphBuilder graph, Shape input, Mode mode, Map<String, StateSpec> known) {
    LayerContext context = new LayerContext(graph, dtype, mode, known);
    Value value = graph.input(INPUT, new TensorType(dtype, input));
    Value output = context.describe(layer, value);
    graph.name(OUTPUT, output);
    return new Description(context, value, output);
  }

  private Shape withBatch(int batch) {
    int[] dimensions = new int[sample.rank() + 1];
    dimensions[0] = batch;
    System.arraycopy(sample.toArray(), 0, dimensions, 1, sample.rank());
    return Shape.of(dimensions);
  }
}
