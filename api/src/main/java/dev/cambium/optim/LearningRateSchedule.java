package dev.cambium.optim;

/**
 * The learning rate as a function of the step: a pure function, so that a resumed run goes on where
 * it was.
 */
@FunctionalInterface
public interface LearningRateSchedule {
  /**
   * The learning rate of one update.
   *
   * @param step how many updates came before it: 0 for the first
   */
  double at(long step);

  /** This schedule with a linear warm-up over its first steps. */
  default LearningRateSchedule warmedUp(long steps) {
    return new LinearWarmup(this, steps);
  }
}
