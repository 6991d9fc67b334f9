package dev.cambium.train;

import java.util.OptionalDouble;

/**
 * The exponential moving average of the weights: after each update average = d average + (1 - d)
 * weights. d is {@code decay}, or with a warm-up min(decay, (1 + t) / (10 + t)) at the update after
 * t others, so that the first weights, which are random, are soon forgotten.
 *
 * <p>Sources: B. T. Polyak and A. B. Juditsky, "Acceleration of Stochastic Approximation by
 * Averaging", 1992; the warm-up is that of TensorFlow's {@code ExponentialMovingAverage} with
 * {@code num_updates}. Without it as timm's {@code ModelEma}.
 *
 * @param decay of [0, 1); with 0 the average is the weights
 * @param warmUp whether the decay is smaller at first; false by default
 */
public record ExponentialAverage(double decay, boolean warmUp) implements WeightAverage {
  /** Checks the decay. */
  public ExponentialAverage {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException(
          "decay of ExponentialAverage must be of [0, 1), got " + decay);
    }
  }

  /** This average with a decay that is smaller at first, or not. */
  public ExponentialAverage warmUp(boolean warmUp) {
    return new ExponentialAverage(decay, warmUp);
  }

  @Override
  public OptionalDouble afterUpdate(long update) {
    double allowed = warmUp ? (1.0 + update) / (10.0 + update) : 1;
    return OptionalDouble.of(1 - Math.min(decay, allowed));
  }
}
