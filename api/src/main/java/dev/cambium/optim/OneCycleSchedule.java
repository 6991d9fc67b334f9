package dev.cambium.optim;

/**
 * Up along half a cosine to the greatest learning rate, then down along another to nearly 0 (L.
 * Smith, N. Topin, "Super-Convergence", 2018), with PyTorch's numbers: it starts at maximum /
 * startDivisor, is at the maximum at step warmup steps - 1, and at maximum / (startDivisor
 * endDivisor) at the last step and after. The momentum stays as it is.
 *
 * @param maximum the greatest learning rate, at least 0
 * @param steps of the whole cycle
 * @param warmup the share of the steps on the way up, of (0, 1); warmup steps must be more than 1
 * @param startDivisor positive
 * @param endDivisor positive
 */
public record OneCycleSchedule(
    double maximum, long steps, double warmup, double startDivisor, double endDivisor)
    implements LearningRateSchedule {
  /** Checks the numbers. */
  public OneCycleSchedule {
    Settings.rate("maximum of OneCycleSchedule", maximum);
    Settings.steps("steps of OneCycleSchedule", steps);
    Settings.positive("startDivisor of OneCycleSchedule", startDivisor);
    Settings.positive("endDivisor of OneCycleSchedule", endDivisor);
    if (!(warmup > 0 && warmup < 1 && warmup * steps > 1)) {
      throw new IllegalArgumentException(
          "warmup of OneCycleSchedule must be of (0, 1) and give more than one of the "
              + steps
              + " steps, got "
              + warmup);
    }
  }

  /** With 30 % of the steps upwards, from maximum / 25, to maximum / 250,000. */
  public OneCycleSchedule(double maximum, long steps) {
    this(maximum, steps, 0.3, 25, 1e4);
  }

  @Override
  public double at(long step) {
    double top = warmup * steps - 1;
    double end = steps - 1;
    double start = maximum / startDivisor;
    double minimum = start / endDivisor;
    if (step >= end) {
      return minimum;
    }
    return step <= top
        ? CosineSchedule.between(start, maximum, step / top)
        : CosineSchedule.between(maximum, minimum, (step - top) / (end - top));
  }
}
