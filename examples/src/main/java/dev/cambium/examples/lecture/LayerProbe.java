package dev.cambium.examples.lecture;

import dev.cambium.graph.Gradients;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.graph.Node;
import dev.cambium.nn.Layer;
import dev.cambium.nn.LayerContext;
import dev.cambium.nn.StateSpec;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Reduce;
import dev.cambium.op.Value;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * One layer on a backend in training mode: its output y, and the gradients of sum(v y) by its input
 * and its parameters for a random v. The gradients can be compared with slopes that the same
 * backend gives when one element after the other is moved.
 */
final class LayerProbe implements AutoCloseable {
  /** How far an element is moved: far, as float32 rounds what it is divided into. */
  private static final double STEP = 1.0 / 64;

  private static final String OUTPUT = "y";
  private static final String DIRECTION = "v";
  private static final String GRADIENT = "gradient of ";

  private final Map<String, HostArray> values = new LinkedHashMap<>();
  private final List<String> moved;
  private final ParameterStore store;
  private final BufferPool pool;
  private final Plan plan;

  /**
   * A probe.
   *
   * @param given {@code input}, every further input of the layer, and those parameters that are not
   *     to be random
   */
  LayerProbe(Backend backend, Layer layer, Map<String, HostArray> given) {
    values.putAll(given);
    GraphBuilder builder = new GraphBuilder();
    this.moved = describe(builder, layer, given.get("input").type());
    Set<String> wanted = new TreeSet<>(builder.build().named().keySet());
    Graph graph = builder.build().withoutAssignments().fetching(wanted);
    this.store = new ParameterStore(backend);
    this.pool = new BufferPool(backend);
    for (Node.State state : graph.states()) {
      values.computeIfAbsent(state.path(), name -> spread(state.output(0).tensorType(), name));
      store.create(state.path(), values.get(state.path()));
    }
    values.put(DIRECTION, spread(graph.named(OUTPUT).tensorType(), DIRECTION));
    this.plan = Plan.of(graph, store, pool);
    plan.inputs().forEach(name -> plan.bind(name, values.get(name)));
    plan.run();
  }

  /** Records the layer and the gradients; the names of what it is differentiated by. */
  private static List<String> describe(GraphBuilder builder, Layer layer, TensorType type) {
    LayerContext context = new LayerContext(builder, DType.FLOAT32, true);
    Map<String, Value> sources = new LinkedHashMap<>();
    sources.put("input", builder.input("input", type));
    Value output = context.describe(layer, sources.get("input"));
    context.states().values().stream()
        .filter(StateSpec::trainable)
        .forEach(state -> sources.put(state.name(), context.value(state)));
    Value direction = builder.input(DIRECTION, output.tensorType());
    Value product = builder.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), output, direction);
    List<Integer> axes = IntStream.range(0, output.shape().rank()).boxed().toList();
    Value sum = builder.emit(new Reduce(Reduce.Function.SUM, axes, false), product);
    List<String> names = List.copyOf(sources.keySet());
    var gradients = Gradients.of(builder, sum, new ArrayList<>(sources.values()));
    for (int i = 0; i < names.size(); i++) {
      builder.name(GRADIENT + names.get(i), gradients.get(i).orElseThrow());
    }
    builder.name(OUTPUT, output);
    return names;
  }

  /**
   * Random numbers of [-2, 2) no two of which are closer than two steps, where there are at most
   * 128: so no step changes which one of a window is the largest.
   */
  static HostArray spread(TensorType type, String name) {
    int[] places = IntStream.range(0, type.shape().intSize()).toArray();
    new RandomStream(1, name).shuffle(places);
    HostArray array = HostArray.allocate(type);
    for (int i = 0; i < places.length; i++) {
      array.set(i, 4.0 * places[i] / places.length - 2);
    }
    return array;
  }

  /** What the layer gives. */
  HostArray output() {
    return plan.fetch(OUTPUT);
  }

  /** The gradient by {@code input} or a parameter. */
  HostArray gradient(String name) {
    return plan.fetch(GRADIENT + name);
  }

  /** The largest difference between a gradient and the slope beside it, over all elements. */
  double largestError() {
    double largest = 0;
    for (String name : moved) {
      double[] gradient = gradient(name).toDoubles();
      for (int i = 0; i < gradient.length; i++) {
        double slope = (at(name, i, STEP) - at(name, i, -STEP)) / (2 * STEP);
        largest = Math.max(largest, Math.abs(gradient[i] - slope));
      }
      set(name, values.get(name));
      plan.run();
    }
    return largest;
  }

  /** sum(v y) with one element moved by so much. */
  private double at(String name, int index, double step) {
    HostArray value = values.get(name).copy();
    value.set(index, value.get(index) + step);
    set(name, value);
    plan.run();
    double[] y = output().toDoubles();
    double sum = 0;
    for (int i = 0; i < y.length; i++) {
      sum += y[i] * values.get(DIRECTION).get(i);
    }
    return sum;
  }

  private void set(String name, HostArray value) {
    if (store.contains(name)) {
      store.set(name, value);
    } else {
      plan.bind(name, value);
    }
  }

  @Override
  public void close() {
    try (store;
        pool) {
      plan.close();
    }
  }
}
