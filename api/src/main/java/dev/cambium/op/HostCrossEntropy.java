package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/** {@link CrossEntropy} in plain loops. */
final class HostCrossEntropy implements HostFunction {
  private final CrossEntropy op;

  HostCrossEntropy(CrossEntropy op) {
    this.op = op;
  }

  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    DoubleArray scores = inputs.get(0);
    double[] targets = inputs.get(1).values();
    int rows = scores.dim(0);
    int classes = scores.dim(1);
    double[] weights = new double[classes];
    Arrays.fill(weights, 1);
    if (op.classWeights()) {
      weights = inputs.get(2).values();
    }
    double denominator = denominator(targets, rows, weights);
    double loss = 0;
    double[] q = new double[classes];
    for (int i = 0; i < rows; i++) {
      coefficients(targets, i, weights, q);
      loss += row(scores.values(), i * classes, q, denominator, outputs.get(1).values());
    }
    outputs.get(0).values()[0] = loss / denominator;
  }

  /** D: the weights of the labels, NaN where they add up to 0, or the number of rows. */
  private double denominator(double[] targets, int rows, double[] weights) {
    if (op.softTargets()) {
      return rows;
    }
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      if (isClass(targets[i], weights.length)) {
        sum += weights[(int) targets[i]];
      } else {
        sum += op.classWeights() ? Double.NaN : 1;
      }
    }
    return sum == 0 ? Double.NaN : sum;
  }

  /** q_ic of row {@code i}; NaN when its label is no class. */
  private void coefficients(double[] targets, int i, double[] weights, double[] q) {
    int classes = q.length;
    double smoothing = op.labelSmoothing();
    boolean valid = op.softTargets() || isClass(targets[i], classes);
    for (int c = 0; c < classes; c++) {
      double target = op.softTargets() ? targets[i * classes + c] : targets[i] == c ? 1 : 0;
      q[c] = valid ? weights[c] * ((1 - smoothing) * target + smoothing / classes) : Double.NaN;
    }
  }

  /** sum_c -q_c * log p_c of one row, whose gradient goes to {@code gradient}. */
  private static double row(
      double[] scores, int at, double[] q, double denominator, double[] gradient) {
    double maximum = HostSoftmax.maximum(scores, at, q.length, 1);
    double sum = HostSoftmax.sumOfExponentials(scores, maximum, at, q.length, 1);
    double sumOfCoefficients = Arrays.stream(q).sum();
    double loss = 0;
    for (int c = 0; c < q.length; c++) {
      double shifted = scores[at + c] - maximum;
      double logProbability = shifted - Math.log(sum);
      if (q[c] != 0 || Double.isNaN(logProbability)) {
        loss -= q[c] * logProbability;
      }
      gradient[at + c] = (Math.exp(shifted) / sum * sumOfCoefficients - q[c]) / denominator;
    }
    return loss;
  }

  private static boolean isClass(double label, int classes) {
    return label >= 0 && label < classes;
  }
}
