package dev.cambium.conformance.net;

import static dev.cambium.conformance.net.RoundingOfSums.U;
import static dev.cambium.conformance.net.RoundingOfSums.length;
import static dev.cambium.conformance.net.RoundingOfSums.square;

import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.op.UnaryMath;
import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/**
 * The rounding of non-linearities. A library's tanh or exponential is taken to be within 4 u of the
 * value, about what those of GPU vendors promise; the argument's own rounding comes on top.
 */
final class RoundingOfActivations {
  private static final double FUNCTION = 4;

  private RoundingOfActivations() {}

  /** y = f(x). ReLU selects; LeakyReLU multiplies once. */
  static Rounding forward(Activate op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    if (selects(op.function())) {
      return Rounding.none(op);
    }
    double[] y = outputs.get(0).values();
    double[] deviation = new double[y.length];
    Arrays.setAll(deviation, i -> FUNCTION * U * Math.abs(y[i]));
    return Rounding.independent(op, List.of(deviation));
  }

  /** y = f(x) of a library: within 4 u of the value. What changes the sign alone is exact. */
  static Rounding function(UnaryMath op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    return switch (op.function()) {
      case NEGATE, ABS, SIGN -> Rounding.none(op);
      default -> {
        double[] y = outputs.get(0).values();
        double[] deviation = new double[y.length];
        Arrays.setAll(deviation, i -> FUNCTION * U * Math.abs(y[i]));
        yield Rounding.independent(op, List.of(deviation));
      }
    };
  }

  /** dx = dy f'(x): with tanh and sigmoid a difference of numbers up to 1 and two products. */
  static Rounding backward(
      ActivateGradient op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    if (selects(op.function())) {
      return Rounding.none(op);
    }
    double[] dy = inputs.get(0).values();
    double[] y = inputs.get(1).values();
    double[] deviation = new double[dy.length];
    Arrays.setAll(deviation, i -> U * Math.abs(dy[i]) * length(2, square(y[i])));
    return Rounding.independent(op, List.of(deviation));
  }

  private static boolean selects(Activation function) {
    return function instanceof Activation.Relu || function instanceof Activation.Identity;
  }

  /** Of a row [C] of scores: e^(x - max), their sum, the quotient. */
  static Rounding softmax(Softmax op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    return rows(
        op,
        inputs,
        outputs,
        (row, to) -> {
          double spread = row.spread(row.x());
          for (int c = 0; c < to.length; c++) {
            to[c] = U * Math.abs(row.y()[c]) * (spread + 2 * FUNCTION + Math.sqrt(to.length));
          }
        });
  }

  /** Of a row [C] of scores: x - max - log of the sum of e^(x - max), which has log C digits. */
  static Rounding logSoftmax(LogSoftmax op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    return rows(
        op,
        inputs,
        outputs,
        (row, to) -> {
          double spread = row.spread(row.x());
          for (int c = 0; c < to.length; c++) {
            to[c] = U * (spread + 2 * FUNCTION + Math.sqrt(to.length) + Math.abs(row.y()[c]));
          }
        });
  }

  /** dx_c = y_c (dy_c - s), s = sum of dy_k y_k. */
  static Rounding softmaxBackward(
      SoftmaxBackward op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    return rows(
        op,
        inputs,
        outputs,
        (row, to) -> {
          double sum = 0;
          double squares = 0;
          for (int k = 0; k < to.length; k++) {
            double product = row.x()[k] * row.second()[k];
            sum += product;
            squares += square(product);
          }
          double s = U * Math.sqrt(RoundingOfSums.variance(to.length, squares, sum));
          for (int c = 0; c < to.length; c++) {
            double difference = length(s, U * length(row.x()[c], sum));
            to[c] = length(Math.abs(row.second()[c]) * difference, 2 * U * row.y()[c]);
          }
        });
  }

  /** dx_c = dy_c - e^(y_c) s, s = sum of dy_k. */
  static Rounding logSoftmaxBackward(
      LogSoftmaxBackward op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    return rows(
        op,
        inputs,
        outputs,
        (row, to) -> {
          double sum = Arrays.stream(row.x()).sum();
          double squares = Arrays.stream(row.x()).map(x -> x * x).sum();
          double s = U * Math.sqrt(RoundingOfSums.variance(to.length, squares, sum));
          for (int c = 0; c < to.length; c++) {
            double p = Math.exp(row.second()[c]);
            double product = p * U * Math.abs(sum) * (FUNCTION + Math.abs(row.second()[c]));
            to[c] = length(length(product, p * s), 2 * U * row.y()[c]);
          }
        });
  }

  /** A row of the first input, of the second where there is one, and of the output. */
  private record Row(double[] x, double[] second, double[] y) {
    double spread(double[] values) {
      return Arrays.stream(values).max().orElse(0) - Arrays.stream(values).min().orElse(0);
    }
  }

  /** The deviations of one row. */
  @FunctionalInterface
  private interface RowDerivation {
    void derive(Row row, double[] to);
  }

  private static Rounding rows(
      Op op, List<DoubleArray> inputs, List<DoubleArray> outputs, RowDerivation derivation) {
    if (inputs.get(0).shape().rank() != 2) {
      throw RoundingModel.unknown(op);
    }
    int classes = inputs.get(0).dim(1);
    double[] deviations = new double[outputs.get(0).values().length];
    for (int from = 0; from < deviations.length; from += classes) {
      double[] second = inputs.size() > 1 ? row(inputs.get(1), from, classes) : new double[0];
      double[] to = new double[classes];
      derivation.derive(
          new Row(row(inputs.get(0), from, classes), second, row(outputs.get(0), from, classes)),
          to);
      System.arraycopy(to, 0, deviations, from, classes);
    }
    return Rounding.independent(op, List.of(deviations));
  }

  private static double[] row(DoubleArray values, int from, int length) {
    return Arrays.copyOfRange(values.values(), from, from + length);
  }
}
