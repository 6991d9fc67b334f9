package dev.cambium.conformance.op;

import dev.cambium.op.CrossEntropy;
import dev.cambium.tensor.DoubleArray;
import java.util.List;

/**
 * The bound of cross entropy and its gradient, by a running error analysis of the formula to first
 * order. With the errors of p and log p of {@link SoftmaxBound}, N rows, C classes, and
 * coefficients q of which each is two products and a sum of settings that are rounded, so within 4
 * u q:
 *
 * <pre>
 * D     is N, exactly, or a sum of N weights: relative N u
 * loss  a sum of N C products over D, in any order, divided in the end or before:
 *       ((N C + 11) u sum q |log p| + sum q (error of log p)) / |D| + |loss| (that of D)
 * p     exp(x - m) / sum, or exp(log p): whichever is worse
 * dScore  = (p Q - q) / D, Q = sum_k q_k:
 *       (Q (error of p) + (C + 5) u p Q + 4 u q + u |p Q - q|) / |D| + |dScore| (6 u + that of D)
 * </pre>
 */
final class CrossEntropyBound {
  private static final double HIGHER_ORDERS = 1.01;

  private final CrossEntropy op;
  private final DoubleArray scores;
  private final double[] targets;
  private final double[] weights;
  private final List<DoubleArray> outputs;
  private final double u;
  private final double tiny;
  private final int rows;
  private final int classes;

  private CrossEntropyBound(Evaluated evaluated) {
    this.op = (CrossEntropy) evaluated.op();
    this.scores = evaluated.inputs().get(0);
    this.targets = evaluated.inputs().get(1).values();
    this.weights = op.classWeights() ? evaluated.inputs().get(2).values() : null;
    this.outputs = evaluated.outputs();
    this.u = evaluated.u();
    this.tiny = evaluated.tiny();
    this.rows = scores.dim(0);
    this.classes = scores.dim(1);
  }

  /** The bounds of loss and gradient. */
  static Tolerance bound() {
    return evaluated -> new CrossEntropyBound(evaluated).bounds();
  }

  private List<double[]> bounds() {
    double denominator = denominator();
    double ofDenominator = op.softTargets() || weights == null ? 0 : rows * u;
    double[] gradient = new double[rows * classes];
    double loss = 0;
    for (int i = 0; i < rows; i++) {
      SoftmaxBound.Row row = new SoftmaxBound.Row(scores.values(), i * classes, classes, 1, u);
      double sumOfCoefficients = 0;
      for (int c = 0; c < classes; c++) {
        sumOfCoefficients += coefficient(i, c);
        loss += ofTerm(row, c, coefficient(i, c));
      }
      for (int c = 0; c < classes; c++) {
        int at = i * classes + c;
        gradient[at] =
            HIGHER_ORDERS * ofGradient(row, c, coefficient(i, c), sumOfCoefficients) / denominator
                + Math.abs(outputs.get(1).values()[at]) * (6 * u + ofDenominator)
                + tiny * (1 + 2 / denominator);
      }
    }
    double ofLoss =
        HIGHER_ORDERS * loss / denominator
            + Math.abs(outputs.get(0).scalar()) * ofDenominator
            + rows * classes * tiny * (1 + 1 / denominator);
    return List.of(new double[] {ofLoss}, gradient);
  }

  private double ofTerm(SoftmaxBound.Row row, int c, double q) {
    return q == 0
        ? 0
        : (rows * classes + 11) * u * q * Math.abs(row.logProbability(c))
            + q * row.ofLogProbability(c);
  }

  private double ofGradient(SoftmaxBound.Row row, int c, double q, double sum) {
    double p = row.probability(c);
    double ofExponential = p == 0 ? 0 : p * (row.ofLogProbability(c) + 6 * u);
    double ofProbability = Math.max(row.ofProbability(c), ofExponential);
    return sum * ofProbability
        + (classes + 5) * u * p * sum
        + 4 * u * q
        + u * Math.abs(p * sum - q);
  }

  /** q_ic; the weights of the tables are not negative. */
  private double coefficient(int i, int c) {
    double s = op.labelSmoothing();
    double target = op.softTargets() ? targets[i * classes + c] : targets[i] == c ? 1 : 0;
    return (weights == null ? 1 : weights[c]) * ((1 - s) * target + s / classes);
  }

  private double denominator() {
    if (op.softTargets() || weights == null) {
      return rows;
    }
    double sum = 0;
    for (double label : targets) {
      sum += label >= 0 && label < classes ? weights[(int) label] : 0;
    }
    return sum;
  }
}
