package dev.cambium.train;

import java.util.Arrays;

/** How the answers of several predictors, or of one to several views, become one. */
public enum Averaging {
  /**
   * The arithmetic mean of the probabilities; the scores are its logarithm. A member that is sure
   * of a class can be outvoted, and one that excludes a class excludes it for itself alone.
   */
  PROBABILITIES,

  /**
   * The mean of the scores: up to a constant that of the logarithms of the probabilities, so that
   * the result is their geometric mean, made to sum to 1. A member that excludes a class excludes
   * it for all.
   */
  SCORES;

  /**
   * The scores of all members together.
   *
   * @param scores by member and class
   * @param weights by member, positive, of sum 1
   */
  double[] average(double[][] scores, double[] weights) {
    double[] result = new double[scores[0].length];
    if (this == SCORES) {
      for (int m = 0; m < scores.length; m++) {
        for (int c = 0; c < result.length; c++) {
          result[c] += weights[m] * scores[m][c];
        }
      }
      return result;
    }
    double[][] logarithms = new double[scores.length][];
    for (int m = 0; m < scores.length; m++) {
      double weight = StrictMath.log(weights[m]);
      logarithms[m] = Arrays.stream(Scores.logSoftmax(scores[m])).map(l -> weight + l).toArray();
    }
    for (int c = 0; c < result.length; c++) {
      int of = c;
      result[c] = Scores.logSumExp(Arrays.stream(logarithms).mapToDouble(l -> l[of]).toArray());
    }
    return result;
  }

  /** The same weight for each of so many members. */
  static double[] equalWeights(int members) {
    double[] weights = new double[members];
    Arrays.fill(weights, 1.0 / members);
    return weights;
  }
}
