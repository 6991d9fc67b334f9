package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** {@link BinaryMath} in plain loops. */
final class HostBinaryMath {
  private HostBinaryMath() {}

  static HostFunction of(BinaryMath.Function function) {
    DoubleBinaryOperator f =
        switch (function) {
          case ADD -> (a, b) -> a + b;
          case SUBTRACT -> (a, b) -> a - b;
          case MULTIPLY -> (a, b) -> a * b;
          case DIVIDE -> (a, b) -> a / b;
          case MAXIMUM -> Math::max;
          case MINIMUM -> Math::min;
        };
    return (inputs, outputs) -> apply(f, inputs, outputs.get(0));
  }

  private static void apply(DoubleBinaryOperator f, List<DoubleArray> inputs, DoubleArray y) {
    double[] a = stretch(inputs.get(0), y.shape());
    double[] b = stretch(inputs.get(1), y.shape());
    for (int i = 0; i < y.values().length; i++) {
      y.values()[i] = f.applyAsDouble(a[i], b[i]);
    }
  }

  /** The elements of {@code array}, repeated along the axes where {@code shape} is larger. */
  private static double[] stretch(DoubleArray array, Shape shape) {
    if (array.shape().equals(shape)) {
      return array.values();
    }
    int[] offsets = Strides.offsets(shape, Strides.stretched(array.shape(), shape));
    double[] result = new double[offsets.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = array.values()[offsets[i]];
    }
    return result;
  }
}
