package dev.cambium.optim;

/**
 * Multiplies the learning rate by a factor over so many steps, a little at each: learningRate
 * factor^(step / every).
 *
 * @param learningRate of the first step, at least 0
 * @param every steps until the factor is reached
 * @param factor positive
 */
public record ExponentialSchedule(double learningRate, long every, double factor)
    implements LearningRateSchedule {
  /** Checks the numbers. */
  public ExponentialSchedule {
    Settings.rate("learningRate", learningRate);
    Settings.steps("every of ExponentialSchedule", every);
    Settings.positive("factor of ExponentialSchedule", factor);
  }

  @Override
  public double at(long step) {
    return learningRate * StrictMath.pow(factor, (double) step / every);
  }
}
