package dev.cambium.optim;

/**
 * Half a cosine from the learning rate down to nearly the minimum, again and again: minimum +
 * (learningRate - minimum) (1 + cos(pi (step mod cycle) / cycle)) / 2. Each cycle ends in a minimum
 * of the loss of its own, whose weights can be kept and averaged (I. Loshchilov, F. Hutter, "SGDR:
 * Stochastic Gradient Descent with Warm Restarts", 2017; G. Huang et al., "Snapshot Ensembles:
 * Train 1, Get M for Free", 2017). The first step of a cycle has the full rate.
 *
 * @param learningRate of the first step of each cycle, at least 0
 * @param cycle steps of a cycle
 * @param minimum at least 0
 */
public record CosineCycles(double learningRate, long cycle, double minimum)
    implements LearningRateSchedule {
  /** Checks the numbers. */
  public CosineCycles {
    Settings.rate("learningRate", learningRate);
    Settings.steps("cycle of CosineCycles", cycle);
    Settings.rate("minimum of CosineCycles", minimum);
  }

  /** Down to 0. */
  public CosineCycles(double learningRate, long cycle) {
    this(learningRate, cycle, 0);
  }

  @Override
  public double at(long step) {
    return CosineSchedule.between(learningRate, minimum, (double) (step % cycle) / cycle);
  }
}
