package dev.cambium.nn;

import java.util.ArrayList;
import java.util.List;

/**
 * Points that stand for a standard normal distribution: the quantiles of (i + 1/2) / Z, i = 0 to Z
 * - 1, each of the same probability, stretched so that the mean of their squares is 1 as the
 * distribution's is. Their mean is 0 by symmetry, so that the mean and the variance of a normal
 * distribution are met exactly, whatever Z.
 */
final class NormalQuantiles {
  private NormalQuantiles() {}

  /** {@code count} points in ascending order, at least 2; the same bits on every platform. */
  static List<Double> of(int count) {
    double[] points = new double[count];
    double squares = 0;
    for (int i = 0; i < count / 2; i++) {
      points[i] = quantile((i + 0.5) / count);
      points[count - 1 - i] = -points[i];
      squares += 2 * points[i] * points[i];
    }
    double length = Math.sqrt(squares / count);
    List<Double> standardised = new ArrayList<>();
    for (double point : points) {
      standardised.add(point / length);
    }
    return standardised;
  }

  /**
   * The x below which a share p of at most a half lies. There the distribution function is convex,
   * so that Newton's steps from 0 go down to x and never past it.
   */
  private static double quantile(double p) {
    double x = 0;
    for (int step = 0; step < 100; step++) {
      double next = x - (below(x) - p) / density(x);
      if (next >= x) {
        return x;
      }
      x = next;
    }
    return x;
  }

  private static double density(double x) {
    return StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /**
   * The share below x: 1/2 + density(x) (x + x^3 / 3 + x^5 / (3 5) + ...) (G. Marsaglia,
   * "Evaluating the Normal Distribution", 2004).
   */
  private static double below(double x) {
    double term = x;
    double sum = x;
    for (int odd = 3; Math.abs(term) > 1e-18 * Math.abs(sum); odd += 2) {
      term *= x * x / odd;
      sum += term;
    }
    return 0.5 + density(x) * sum;
  }
}
