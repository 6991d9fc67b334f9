package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Computes each operation at once by its host function (or its lowering, where it has no host
 * function), in double. Outputs hold NaN before they are computed, and inputs must come back
 * unchanged, so that a host function that forgets an element or writes to an input is found out.
 */
final class HostEmitter implements Emitter {
  /** A value and its elements; {@link DoubleArray#NONE} for a cache. */
  record HostValue(ValueType type, DoubleArray array) implements Value {}

  @Override
  public List<Value> emit(Op op, List<Value> inputs) {
    List<ValueType> types = op.infer(inputs.stream().map(Value::type).toList());
    if (op.host().isEmpty()) {
      return op.lower(this, inputs)
          .orElseThrow(() -> new AssertionError(op + " has neither host function nor lowering"));
    }
    List<DoubleArray> in = inputs.stream().map(HostEmitter::array).toList();
    List<double[]> before = in.stream().map(array -> array.values().clone()).toList();
    List<DoubleArray> out = types.stream().map(HostEmitter::poisoned).toList();
    op.host().orElseThrow().apply(in, out);
    for (int i = 0; i < in.size(); i++) {
      if (!Arrays.equals(before.get(i), in.get(i).values())) {
        throw new AssertionError(op + " wrote to its input " + i);
      }
    }
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < out.size(); i++) {
      values.add(new HostValue(types.get(i), out.get(i)));
    }
    return values;
  }

  /** The elements of the first output of {@code op} on {@code inputs}. */
  double[] compute(Op op, Value... inputs) {
    return elements(emit(op, List.of(inputs)).get(0));
  }

  /** Fails unless the lowering of {@code op} gives what its host function gives. */
  void assertLoweringAgrees(Op op, List<Value> inputs) {
    List<Value> expected = emit(op, inputs);
    List<Value> lowered =
        op.lower(this, inputs).orElseThrow(() -> new AssertionError(op + " has no lowering"));
    assertEquals(expected.size(), lowered.size(), () -> op + ": number of results");
    for (int i = 0; i < expected.size(); i++) {
      int result = i;
      assertEquals(
          expected.get(i).type(), lowered.get(i).type(), () -> op + ": type of result " + result);
      assertArrayEquals(
          elements(expected.get(i)),
          elements(lowered.get(i)),
          1e-10,
          () -> op + ": result " + result);
    }
  }

  /** A FLOAT64 tensor of the given elements in row-major order. */
  static Value tensor(Shape shape, double... elements) {
    return tensor(DType.FLOAT64, shape, elements);
  }

  /** A tensor of the given elements in row-major order. */
  static Value tensor(DType dtype, Shape shape, double... elements) {
    return new HostValue(new TensorType(dtype, shape), new DoubleArray(shape, elements));
  }

  /** A FLOAT64 tensor of 1, 2, 3, ... */
  static Value counting(int... dimensions) {
    Shape shape = Shape.of(dimensions);
    double[] elements = new double[shape.intSize()];
    Arrays.setAll(elements, i -> i + 1);
    return tensor(shape, elements);
  }

  /** A FLOAT64 tensor of normally distributed numbers; the same name and shape give the same. */
  static Value random(String name, int... dimensions) {
    Shape shape = Shape.of(dimensions);
    RandomStream stream = new RandomStream(20, name + shape);
    double[] elements = new double[shape.intSize()];
    Arrays.setAll(elements, i -> stream.nextGaussian());
    return tensor(shape, elements);
  }

  /**
   * A FLOAT64 tensor of different numbers in random order, at least 0.1 from each other and 0.05
   * from zero, half of them negative: no step of 1e-6 crosses a kink of a maximum or of ReLU.
   */
  static Value spaced(String name, int... dimensions) {
    Shape shape = Shape.of(dimensions);
    int[] order = new int[shape.intSize()];
    Arrays.setAll(order, i -> i);
    new RandomStream(20, name + shape).shuffle(order);
    double[] elements = new double[order.length];
    Arrays.setAll(elements, i -> 0.1 * (order[i] - order.length / 2) + 0.05);
    return tensor(shape, elements);
  }

  /** The elements of a value that this emitter made. */
  static double[] elements(Value value) {
    return array(value).values();
  }

  /** Shape and elements of a value that this emitter made. */
  static DoubleArray array(Value value) {
    return ((HostValue) value).array();
  }

  private static DoubleArray poisoned(ValueType type) {
    if (!(type instanceof TensorType tensor)) {
      return DoubleArray.NONE;
    }
    DoubleArray array = DoubleArray.zeros(tensor.shape());
    Arrays.fill(array.values(), Double.NaN);
    return array;
  }
}
