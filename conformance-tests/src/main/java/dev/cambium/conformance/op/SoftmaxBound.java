package dev.cambium.conformance.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/**
 * The bounds of softmax and what is made of it, by a running error analysis of the formula (N.
 * Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.3), to first order
 * and with a hundredth on top for the higher ones. With m the largest of C scores and p_k the
 * probabilities:
 *
 * <pre>
 * d_k = x_k - m                    is rounded: u |d_k|
 * e_k = exp(d_k)                   3 ulp and the error of d_k: relative E_k = 6 u + u |d_k|
 * S   = sum_k e_k                  relative R = (C - 1) u + sum_k p_k E_k, in any order
 * p_c = e_c / S                    2.5 ulp, or a reciprocal of it and a product: E_c + R + 6 u
 * log p_c = d_c - log S            u |d_c| + R + 6 u log S + u |log p_c|
 * </pre>
 *
 * <p>What underflows may become 0: a smallest normal number on top.
 */
final class SoftmaxBound {
  private static final double HIGHER_ORDERS = 1.01;

  private SoftmaxBound() {}

  /** One row of scores, {@code stride} apart, and the errors of what is made of it. */
  static final class Row {
    private final double[] x;
    private final int at;
    private final int stride;
    private final double u;
    private final double maximum;
    private final double logSum;
    private final double errorOfSum;

    Row(double[] x, int at, int classes, int stride, double u) {
      this.x = x;
      this.at = at;
      this.stride = stride;
      this.u = u;
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        largest = Math.max(largest, x[at + c * stride]);
      }
      this.maximum = largest;
      double sum = 0;
      double weighted = 0;
      for (int c = 0; c < classes; c++) {
        double e = Math.exp(shifted(c));
        sum += e;
        weighted += e == 0 ? 0 : e * (6 * u + u * Math.abs(shifted(c)));
      }
      this.logSum = Math.log(sum);
      this.errorOfSum = (classes - 1) * u + weighted / sum;
    }

    private double shifted(int c) {
      return x[at + c * stride] - maximum;
    }

    /** p_c. */
    double probability(int c) {
      return Math.exp(logProbability(c));
    }

    /** The absolute error of p_c. */
    double ofProbability(int c) {
      double p = probability(c);
      return p == 0 ? 0 : HIGHER_ORDERS * p * (12 * u + u * Math.abs(shifted(c)) + errorOfSum);
    }

    /** log p_c. */
    double logProbability(int c) {
      return shifted(c) - logSum;
    }

    /** The absolute error of log p_c. */
    double ofLogProbability(int c) {
      return HIGHER_ORDERS
          * (u * Math.abs(shifted(c))
              + errorOfSum
              + 6 * u * logSum
              + u * Math.abs(logProbability(c)));
    }
  }

  /** Of one class of a row. */
  @FunctionalInterface
  private interface OfClass {
    double bound(Row row, int c);
  }

  /** The bound of softmax. */
  static Tolerance softmax() {
    return forward(Row::ofProbability);
  }

  /** The bound of its logarithm. */
  static Tolerance logSoftmax() {
    return forward(Row::ofLogProbability);
  }

  private static Tolerance forward(OfClass of) {
    return evaluated -> {
      DoubleArray x = evaluated.inputs().get(0);
      double[] bounds = new double[x.values().length];
      int classes = x.dim(1);
      int pixels = pixels(x);
      for (int first = 0; first < bounds.length; first = next(first, classes, pixels)) {
        Row row = new Row(x.values(), first, classes, pixels, evaluated.u());
        for (int c = 0; c < classes; c++) {
          bounds[first + c * pixels] = of.bound(row, c) + evaluated.tiny();
        }
      }
      return List.of(bounds);
    };
  }

  /** Where the next row or pixel begins. */
  private static int next(int first, int classes, int pixels) {
    return (first + 1) % pixels == 0 ? first + 1 + (classes - 1) * pixels : first + 1;
  }

  private static int pixels(DoubleArray scores) {
    return (int) scores.shape().size(2, scores.shape().rank());
  }

  /**
   * dx_c = y_c (dy_c - s), s = sum_k dy_k y_k: the sum's error is gamma_C sum |dy_k y_k|, and
   * difference and product are rounded.
   */
  static Tolerance softmaxBackward() {
    return evaluated ->
        backward(
            evaluated,
            (dy, y) -> dy * y,
            (dy, y, sum, error) -> Math.abs(y) * (error + 2 * evaluated.u() * Math.abs(dy - sum)));
  }

  /**
   * dx_c = dy_c - exp(y_c) s, s = sum_k dy_k: the sum's error is gamma_C sum |dy_k|; an exponential
   * of 3 ulp, a product and a difference.
   */
  static Tolerance logSoftmaxBackward() {
    return evaluated ->
        backward(
            evaluated,
            (dy, y) -> dy,
            (dy, y, sum, error) -> {
              double p = Math.exp(y);
              return p * (error + 7 * evaluated.u() * Math.abs(sum))
                  + evaluated.u() * Math.abs(dy - p * sum);
            });
  }

  /** What is summed over the classes. */
  @FunctionalInterface
  private interface Term {
    double of(double dy, double y);
  }

  /** The bound of an element from the sum and the sum's error. */
  @FunctionalInterface
  private interface OfGradient {
    double bound(double dy, double y, double sum, double errorOfSum);
  }

  private static List<double[]> backward(Evaluated evaluated, Term term, OfGradient of) {
    DoubleArray gradients = evaluated.inputs().get(0);
    double[] dy = gradients.values();
    double[] y = evaluated.inputs().get(1).values();
    double[] bounds = new double[dy.length];
    int classes = gradients.dim(1);
    int pixels = pixels(gradients);
    for (int first = 0; first < dy.length; first = next(first, classes, pixels)) {
      double sum = 0;
      double absolute = 0;
      for (int c = 0; c < classes; c++) {
        double t = term.of(dy[first + c * pixels], y[first + c * pixels]);
        sum += t;
        absolute += Math.abs(t);
      }
      double error = classes * (evaluated.u() * absolute + evaluated.tiny());
      for (int c = 0; c < classes; c++) {
        int i = first + c * pixels;
        bounds[i] = HIGHER_ORDERS * of.bound(dy[i], y[i], sum, error) + 2 * evaluated.tiny();
      }
    }
    return List.of(bounds);
  }
}
