package dev.cambium.conformance.net;

import java.util.SplittableRandom;

/**
 * Errors as rounding makes them: independent, of mean 0 and bounded. Drawn uniformly, scaled to a
 * given standard deviation times the amplitude. The same seed gives the same errors.
 */
final class Noise {
  /** The width of the uniform distribution with standard deviation 1. */
  private static final double WIDTH = Math.sqrt(12);

  private final SplittableRandom random;
  private final double amplitude;

  Noise(long seed, double amplitude) {
    this.random = new SplittableRandom(seed);
    this.amplitude = amplitude;
  }

  /** One error of the given standard deviation, times the amplitude. */
  double draw(double deviation) {
    return deviation * amplitude * WIDTH * (random.nextDouble() - 0.5);
  }

  /** Adds an error to each value; null stands for deviations that are all 0. */
  void addTo(double[] values, double[] deviations) {
    if (deviations == null) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      if (deviations[i] != 0) {
        values[i] += draw(deviations[i]);
      }
    }
  }
}
