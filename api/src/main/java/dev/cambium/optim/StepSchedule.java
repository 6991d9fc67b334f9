package dev.cambium.optim;

/**
 * Multiplies the learning rate by a factor every so many steps: learningRate factor^floor(step /
 * every).
 *
 * @param learningRate of the first steps, at least 0
 * @param every steps between two falls
 * @param factor of each fall, positive; 0.1 is usual
 */
public record StepSchedule(double learningRate, long every, double factor)
    implements LearningRateSchedule {
  /** Checks the numbers. */
  public StepSchedule {
    Settings.rate("learningRate", learningRate);
    Settings.steps("every of StepSchedule", every);
    Settings.positive("factor of StepSchedule", factor);
  }

  @Override
  public double at(long step) {
    return learningRate * StrictMath.pow(factor, Math.floorDiv(step, every));
  }
}
