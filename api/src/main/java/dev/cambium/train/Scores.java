package dev.cambium.train;

import java.util.Arrays;

/** What scores of classes mean, in double, with the same bits on every platform. */
final class Scores {
  private Scores() {}

  /** Probabilities: e^(s_c - max) over their sum. */
  static double[] softmax(double[] scores) {
    double maximum = Arrays.stream(scores).max().orElseThrow();
    double[] result = new double[scores.length];
    Arrays.setAll(result, c -> StrictMath.exp(scores[c] - maximum));
    double sum = Arrays.stream(result).sum();
    Arrays.setAll(result, c -> result[c] / sum);
    return result;
  }

  /** The logarithms of the probabilities. */
  static double[] logSoftmax(double[] scores) {
    double normaliser = logSumExp(scores);
    double[] result = new double[scores.length];
    Arrays.setAll(result, c -> scores[c] - normaliser);
    return result;
  }

  /** log sum e^x without overflow. */
  static double logSumExp(double[] x) {
    double maximum = Arrays.stream(x).max().orElseThrow();
    if (Double.isInfinite(maximum)) {
      return maximum;
    }
    double sum = 0;
    for (double value : x) {
      sum += StrictMath.exp(value - maximum);
    }
    return maximum + StrictMath.log(sum);
  }

  /**
   * Whether {@code label} has the highest score; of equal ones the first counts, and NaN never
   * wins. The same as {@link dev.cambium.op.TopKCorrect} with k = 1.
   */
  static boolean isBest(double[] scores, int label) {
    for (int c = 0; c < scores.length; c++) {
      if (scores[c] > scores[label] || (scores[c] == scores[label] && c < label)) {
        return false;
      }
    }
    return !Double.isNaN(scores[label]);
  }
}
