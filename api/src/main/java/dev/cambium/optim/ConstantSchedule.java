package dev.cambium.optim;

/**
 * The same learning rate at every step.
 *
 * @param learningRate at least 0
 */
public record ConstantSchedule(double learningRate) implements LearningRateSchedule {
  /** Checks the learning rate. */
  public ConstantSchedule {
    Settings.rate("learningRate", learningRate);
  }

  @Override
  public double at(long step) {
    return learningRate;
  }
}
