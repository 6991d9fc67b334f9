package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** {@link Softmax}, {@link LogSoftmax} and their gradients in plain loops. */
final class HostSoftmax {
  private HostSoftmax() {}

  /** What is done to the C scores of one row or pixel, {@code stride} elements apart. */
  private interface Row {
    void apply(int at, int classes, int stride);
  }

  static void softmax(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] x = inputs.get(0).values();
    double[] y = outputs.get(0).values();
    eachRow(
        inputs.get(0),
        (at, classes, stride) -> {
          double maximum = maximum(x, at, classes, stride);
          double sum = sumOfExponentials(x, maximum, at, classes, stride);
          for (int c = 0; c < classes; c++) {
            y[at + c * stride] = Math.exp(x[at + c * stride] - maximum) / sum;
          }
        });
  }

  static void logSoftmax(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] x = inputs.get(0).values();
    double[] y = outputs.get(0).values();
    eachRow(
        inputs.get(0),
        (at, classes, stride) -> {
          double maximum = maximum(x, at, classes, stride);
          double logSum = Math.log(sumOfExponentials(x, maximum, at, classes, stride));
          for (int c = 0; c < classes; c++) {
            y[at + c * stride] = x[at + c * stride] - maximum - logSum;
          }
        });
  }

  static void softmaxBackward(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] dy = inputs.get(0).values();
    double[] y = inputs.get(1).values();
    double[] dx = outputs.get(0).values();
    eachRow(
        inputs.get(0),
        (at, classes, stride) -> {
          double sum = 0;
          for (int c = 0; c < classes; c++) {
            sum += dy[at + c * stride] * y[at + c * stride];
          }
          for (int c = 0; c < classes; c++) {
            dx[at + c * stride] = y[at + c * stride] * (dy[at + c * stride] - sum);
          }
        });
  }

  static void logSoftmaxBackward(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] dy = inputs.get(0).values();
    double[] y = inputs.get(1).values();
    double[] dx = outputs.get(0).values();
    eachRow(
        inputs.get(0),
        (at, classes, stride) -> {
          double sum = 0;
          for (int c = 0; c < classes; c++) {
            sum += dy[at + c * stride];
          }
          for (int c = 0; c < classes; c++) {
            dx[at + c * stride] = dy[at + c * stride] - Math.exp(y[at + c * stride]) * sum;
          }
        });
  }

  /** The largest score; NaN when there is one. */
  static double maximum(double[] x, int at, int classes, int stride) {
    double maximum = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      maximum = Math.max(maximum, x[at + c * stride]);
    }
    return maximum;
  }

  /** sum_c exp(x_c - maximum). */
  static double sumOfExponentials(double[] x, double maximum, int at, int classes, int stride) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(x[at + c * stride] - maximum);
    }
    return sum;
  }

  private static void eachRow(DoubleArray scores, Row row) {
    int classes = scores.dim(1);
    int pixels = (int) scores.shape().size(2, scores.shape().rank());
    for (int n = 0; n < scores.dim(0); n++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        row.apply(n * classes * pixels + pixel, classes, pixels);
      }
    }
  }
}
