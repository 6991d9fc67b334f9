package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Operations on single elements and sums over all of them, in plain loops. */
final class HostElementwise {
  private HostElementwise() {}

  /** y = f(x). */
  static HostFunction map(DoubleUnaryOperator f) {
    return (inputs, outputs) -> {
      double[] x = inputs.get(0).values();
      double[] y = outputs.get(0).values();
      for (int i = 0; i < y.length; i++) {
        y[i] = f.applyAsDouble(x[i]);
      }
    };
  }

  /** y = f(a, b), both of y's shape. */
  static HostFunction map(DoubleBinaryOperator f) {
    return (inputs, outputs) -> {
      double[] a = inputs.get(0).values();
      double[] b = inputs.get(1).values();
      double[] y = outputs.get(0).values();
      for (int i = 0; i < y.length; i++) {
        y[i] = f.applyAsDouble(a[i], b[i]);
      }
    };
  }

  /** y = sum over all elements of all inputs of f(t). */
  static HostFunction sum(DoubleUnaryOperator f) {
    return (inputs, outputs) -> {
      double sum = 0;
      for (DoubleArray input : inputs) {
        for (double value : input.values()) {
          sum += f.applyAsDouble(value);
        }
      }
      outputs.get(0).values()[0] = sum;
    };
  }

  /** y = value. */
  static HostFunction fill(double value) {
    return (List<DoubleArray> inputs, List<DoubleArray> outputs) ->
        Arrays.fill(outputs.get(0).values(), value);
  }

  /** The derivative times dy; ReLU selects, so that what lies below 0 is 0 whatever dy is. */
  static DoubleBinaryOperator gradient(Activation function) {
    boolean selects =
        function instanceof Activation.Relu || function.equals(new Activation.LeakyRelu(0));
    return selects ? (dy, y) -> y > 0 ? dy : 0 : (dy, y) -> dy * function.derivative(y);
  }

  /** The function of {@link UnaryMath}. */
  static DoubleUnaryOperator function(UnaryMath.Function function) {
    return switch (function) {
      case EXP -> Math::exp;
      case LOG -> Math::log;
      case SQRT -> Math::sqrt;
      case SQUARE -> x -> x * x;
      case NEGATE -> x -> -x;
      case ABS -> Math::abs;
      case RECIPROCAL -> x -> 1 / x;
      case SIGN -> Math::signum;
    };
  }

  /** The nearest value of the type as {@link Cast} defines it. */
  static DoubleUnaryOperator conversion(DType type) {
    return switch (type) {
      case FLOAT32 -> x -> (float) x;
      case FLOAT64 -> x -> x;
      case INT32 -> x -> (int) x;
      case INT64 -> x -> (long) x;
      case UINT8 -> x -> Math.min(255, Math.max(0, (int) x));
    };
  }
}
