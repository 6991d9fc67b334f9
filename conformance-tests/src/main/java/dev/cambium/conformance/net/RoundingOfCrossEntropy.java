package dev.cambium.conformance.net;

import static dev.cambium.conformance.net.RoundingOfSums.U;
import static dev.cambium.conformance.net.RoundingOfSums.square;

import dev.cambium.op.CrossEntropy;
import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/**
 * The rounding of cross entropy with labels. With s the distance of a score to the largest of its
 * row, exp(s) has the relative error of s's rounding, u |s|, and about two roundings of its own;
 * the sum over C classes, the quotient, the logarithm and the difference to the target one each;
 * the mean is a sum over the rows.
 */
final class RoundingOfCrossEntropy {
  private RoundingOfCrossEntropy() {}

  static Rounding derive(CrossEntropy op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    if (op.softTargets() || op.classWeights() || op.labelSmoothing() != 0) {
      throw RoundingModel.unknown(op);
    }
    int rows = inputs.get(0).dim(0);
    int classes = inputs.get(0).dim(1);
    double loss = outputs.get(0).scalar();
    double[] gradient = outputs.get(1).values();
    double[] deviations = new double[gradient.length];
    double variance = RoundingOfSums.variance(rows, 0, loss);
    for (int i = 0; i < rows; i++) {
      double relative = relativeVariance(inputs.get(0).values(), i * classes, classes);
      variance += (relative + 2 * square(loss)) / square(rows);
      for (int c = i * classes; c < (i + 1) * classes; c++) {
        // The gradient is p / N, of the label's class (p - 1) / N.
        double probability = gradient[c] > 0 ? gradient[c] * rows : 1 + gradient[c] * rows;
        deviations[c] =
            U * Math.sqrt(relative * square(probability / rows) + 2 * square(gradient[c]));
      }
    }
    return Rounding.independent(op, List.of(new double[] {U * Math.sqrt(variance)}, deviations));
  }

  /** Of the probabilities of one row, in units of u^2. */
  private static double relativeVariance(double[] scores, int from, int classes) {
    double[] row = Arrays.copyOfRange(scores, from, from + classes);
    double range = Arrays.stream(row).max().orElseThrow() - Arrays.stream(row).min().orElseThrow();
    return 2 * square(range) + 8 + (classes + 1) / 2.0;
  }
}
