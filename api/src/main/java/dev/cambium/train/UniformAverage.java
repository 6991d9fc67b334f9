package dev.cambium.train;

import java.util.OptionalDouble;

/**
 * Stochastic weight averaging: the mean, each with the same weight, of the weights at the ends of
 * the epochs from {@code fromEpoch} on, while the training goes on at a learning rate that stays
 * high. Before that epoch the average is the weights of the last epoch's end.
 *
 * <p>Running statistics are averaged like the weights. The paper computes those of batch norm anew
 * by a pass over the training samples; their mean is close to that where the averaged epochs are.
 *
 * <p>Source: P. Izmailov et al., "Averaging Weights Leads to Wider Optima and Better
 * Generalization", 2018.
 *
 * @param fromEpoch the first epoch of the mean, from 1
 */
public record UniformAverage(int fromEpoch) implements WeightAverage {
  /** Checks the epoch. */
  public UniformAverage {
    if (fromEpoch < 1) {
      throw new IllegalArgumentException(
          "fromEpoch of UniformAverage must be at least 1, got " + fromEpoch);
    }
  }

  @Override
  public OptionalDouble afterEpoch(int epoch) {
    return OptionalDouble.of(1.0 / Math.max(1, epoch - fromEpoch + 1));
  }
}
