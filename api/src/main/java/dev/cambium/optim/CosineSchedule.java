package dev.cambium.optim;

/**
 * Half a cosine from the learning rate down to a minimum, where it stays: minimum + (learningRate -
 * minimum) (1 + cos(pi step / steps)) / 2 (I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient
 * Descent with Warm Restarts", 2017, without the restarts).
 *
 * @param learningRate of the first step, at least 0
 * @param steps until the minimum is reached
 * @param minimum at least 0
 */
public record CosineSchedule(double learningRate, long steps, double minimum)
    implements LearningRateSchedule {
  /** Checks the numbers. */
  public CosineSchedule {
    Settings.rate("learningRate", learningRate);
    Settings.steps("steps of CosineSchedule", steps);
    Settings.rate("minimum of CosineSchedule", minimum);
  }

  /** Down to 0. */
  public CosineSchedule(double learningRate, long steps) {
    this(learningRate, steps, 0);
  }

  @Override
  public double at(long step) {
    return step >= steps ? minimum : between(learningRate, minimum, (double) step / steps);
  }

  /** From {@code start} (t = 0) to {@code end} (t = 1) along half a cosine. */
  static double between(double start, double end, double t) {
    return end + (start - end) * (1 + StrictMath.cos(Math.PI * t)) / 2;
  }
}
