package dev.cambium.runtime;

import dev.cambium.graph.Assignment;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.graph.Node;
import dev.cambium.graph.Node.Operation;
import dev.cambium.graph.Node.Output;
import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Fill;
import dev.cambium.op.MatMul;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Reduce;
import dev.cambium.op.Reshape;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.Transpose;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.UpdateOptions;
import dev.cambium.op.Value;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A random graph of small operations over a fixed set of states: elementwise ones that may
 * overwrite their inputs, views, caches, packed inputs, constants, updates of several states at
 * once, states that become each other, a view or an input, and names for any of these. Values stay
 * small, as no operation multiplies two of them.
 */
final class RandomGraph {
  static final TensorType VECTOR = TensorType.of(DType.FLOAT64, 6);
  private static final TensorType SCALAR = TensorType.of(DType.FLOAT64);
  private static final List<Shape> SHAPES =
      List.of(Shape.of(6), Shape.of(2, 3), Shape.of(3, 2), Shape.of(1, 1, 2, 3));
  private static final List<Activation> ACTIVATIONS =
      List.of(Activation.RELU, new Activation.Tanh());
  private static final List<BinaryMath.Function> COMBINATIONS =
      List.of(BinaryMath.Function.ADD, BinaryMath.Function.SUBTRACT, BinaryMath.Function.MAXIMUM);
  static final List<TensorType> STATES =
      List.of(
          VECTOR,
          VECTOR,
          VECTOR,
          VECTOR.withShape(Shape.of(2, 3)),
          VECTOR.withShape(Shape.of(3, 2)),
          VECTOR.withShape(Shape.of(1, 1, 2, 3)));

  private final Random random;
  private final GraphBuilder builder = new GraphBuilder();
  private final List<Value> values = new ArrayList<>();
  private final List<Value> states = new ArrayList<>();

  private RandomGraph(Random random) {
    this.random = random;
  }

  /** A graph with the states {@code s0, s1, ...} of {@link #STATES} and the inputs x, y. */
  static Graph of(Random random) {
    return new RandomGraph(random).make();
  }

  private Graph make() {
    for (int i = 0; i < STATES.size(); i++) {
      states.add(builder.state("s" + i, STATES.get(i)));
    }
    values.addAll(states);
    values.add(builder.input("x", VECTOR));
    values.add(builder.input("y", VECTOR));
    values.add(builder.emit(new Fill(VECTOR, 0.25)));
    int operations = 4 + random.nextInt(16);
    for (int i = 0; i < operations; i++) {
      values.addAll(operation());
    }
    assign();
    List<String> names = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      names.add("value" + i);
      builder.name("value" + i, any(values));
    }
    return builder.build().fetching(names);
  }

  private List<Value> operation() {
    Value a = recent();
    return switch (random.nextInt(13)) {
      case 0 -> one(new Activate(any(ACTIVATIONS)), a);
      case 1 -> one(new ActivateGradient(Activation.RELU), a, like(a));
      case 2 -> one(new Affine(random.nextBoolean() ? 0.5 : -0.5, random.nextInt(3)), a);
      case 3, 4 -> one(new BinaryMath(any(COMBINATIONS)), a, like(a));
      case 5 -> one(new BinaryMath(any(COMBINATIONS)), a, sum(recent()));
      case 6 -> one(new UnaryMath(UnaryMath.Function.NEGATE), a);
      case 7 -> one(new Reshape(any(SHAPES)), a);
      case 8 -> one(new Transpose(List.of(1, 0)), shaped(a, Shape.of(2, 3)));
      case 9 ->
          one(
              new MatMul(false, false),
              shaped(a, Shape.of(2, 3)),
              builder.emit(new Activate(new Activation.Tanh()), shaped(like(a), Shape.of(3, 2))));
      case 10 -> pooled(shaped(a, Shape.of(1, 1, 2, 3)));
      case 11 -> builder.emit(new RunningStatistics(0.25, 4), statistics());
      default -> updated();
    };
  }

  private List<Value> one(Op op, Value... inputs) {
    Value value = builder.emit(op, inputs);
    return List.of(value.shape().size() == 6 ? value : scalarOf(value));
  }

  /** The values here all have six elements, so that any can be brought to the shape of another. */
  private Value scalarOf(Value value) {
    Value filled = builder.emit(new Fill(VECTOR, 1));
    return builder.emit(new BinaryMath(BinaryMath.Function.ADD), filled, sum(value));
  }

  private Value sum(Value value) {
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < value.shape().rank(); i++) {
      axes.add(i);
    }
    Value total = builder.emit(new Reduce(Reduce.Function.SUM, axes, false), value);
    return builder.emit(new Activate(new Activation.Tanh()), total);
  }

  private List<Value> pooled(Value image) {
    Window2d window = Window2d.of(2);
    List<Value> pooled = builder.emit(new MaxPooling(window), List.of(image));
    List<Value> result = new ArrayList<>();
    Value gradient = pooled.get(0);
    if (random.nextBoolean()) {
      gradient = builder.emit(new Affine(0.5, 1), gradient);
    }
    result.add(builder.emit(new MaxPoolingBackward(window), gradient, image, pooled.get(1)));
    return result;
  }

  private List<Value> statistics() {
    return List.of(vector(), vector(), vector(), vector());
  }

  private List<Value> updated() {
    UpdateOptions plain = UpdateOptions.PLAIN;
    Value rate = builder.emit(new Fill(SCALAR, 0.25));
    Value one = builder.emit(new Fill(SCALAR, 1));
    Value p = any(states);
    Value q = recent();
    return builder.emit(
        new SgdUpdate(0.5, false, List.of(plain, plain)),
        List.of(rate, one, p, q, like(p), like(q), like(p), like(q)));
  }

  private Value vector() {
    return shaped(recent(), Shape.of(6));
  }

  /** A state, a recent value, which few have read yet, or any, which is then read late. */
  private Value recent() {
    int window = Math.min(values.size(), 4);
    return switch (random.nextInt(4)) {
      case 0 -> any(states);
      case 1 -> any(values);
      default -> values.get(values.size() - 1 - random.nextInt(window));
    };
  }

  private Value like(Value other) {
    return shaped(recent(), other.shape());
  }

  private Value shaped(Value value, Shape shape) {
    return value.shape().equals(shape) ? value : builder.emit(new Reshape(shape), value);
  }

  private void assign() {
    for (Value state : states) {
      if (random.nextInt(3) > 0) {
        List<Value> direct = results(state);
        boolean update = !direct.isEmpty() && random.nextInt(3) > 0;
        builder.assign(state, update ? any(direct) : shaped(recent(), state.shape()));
      }
    }
  }

  /** What is computed from the state itself, and so could be computed in its place. */
  private List<Value> results(Value state) {
    return values.stream()
        .filter(value -> value.type().equals(state.type()))
        .filter(value -> ((Output) value).node() instanceof Operation o && reads(o, state))
        .toList();
  }

  private static boolean reads(Operation operation, Value state) {
    return operation.inputs().stream().anyMatch(input -> input == state);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /**
   * What a run gives, each value in an array of its own: the named values, and the states after it.
   */
  static Map<String, double[]> evaluate(
      Graph graph, Map<String, double[]> states, Map<String, double[]> inputs) {
    Map<Output, double[]> results = new HashMap<>();
    for (Node node : graph.nodes()) {
      if (node instanceof Node.Input input) {
        results.put(input.output(0), inputs.get(input.path()));
      } else if (node instanceof Node.State state) {
        results.put(state.output(0), states.get(state.path()));
      } else if (node instanceof Operation operation) {
        apply(operation, results);
      }
    }
    Map<String, double[]> given = new LinkedHashMap<>();
    graph.named().forEach((name, value) -> given.put(name, results.get(value)));
    states.forEach(given::put);
    for (Assignment assignment : graph.assignments()) {
      given.put(assignment.state().path(), results.get(assignment.next()));
    }
    return given;
  }

  private static void apply(Operation operation, Map<Output, double[]> results) {
    List<DoubleArray> inputs = new ArrayList<>();
    for (Output input : operation.inputs()) {
      inputs.add(
          input.type() instanceof TensorType type
              ? new DoubleArray(type.shape(), results.get(input).clone())
              : DoubleArray.NONE);
    }
    List<DoubleArray> outputs = new ArrayList<>();
    for (Output output : operation.outputs()) {
      outputs.add(
          output.type() instanceof TensorType type
              ? DoubleArray.zeros(type.shape())
              : DoubleArray.NONE);
    }
    operation.op().host().orElseThrow().apply(inputs, outputs);
    for (int i = 0; i < outputs.size(); i++) {
      results.put(operation.output(i), outputs.get(i).values());
    }
  }

  /** Six numbers of [-1, 1). */
  static double[] numbers(Random random) {
    double[] numbers = new double[6];
    Arrays.setAll(numbers, i -> 2 * random.nextDouble() - 1);
    return numbers;
  }

  static HostArray array(TensorType type, double[] numbers) {
    return HostArray.of(type, numbers);
  }
}
