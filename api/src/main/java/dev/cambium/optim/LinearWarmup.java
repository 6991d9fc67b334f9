package dev.cambium.optim;

import java.util.Objects;

/**
 * Another schedule, its first steps scaled up in a line: schedule(step) min(1, (step + 1) / steps).
 * The first step is not 0, and step {@code steps - 1} is the first at full rate. The wrapped
 * schedule is not shifted (P. Goyal et al., "Accurate, Large Minibatch SGD", 2017).
 *
 * @param schedule what is scaled
 * @param steps of the warm-up
 */
public record LinearWarmup(LearningRateSchedule schedule, long steps)
    implements LearningRateSchedule {
  /** Checks the number of steps. */
  public LinearWarmup {
    Objects.requireNonNull(schedule, "schedule");
    Settings.steps("steps of LinearWarmup", steps);
  }

  @Override
  public double at(long step) {
    double rate = schedule.at(step);
    return step >= steps - 1 ? rate : rate * (step + 1) / steps;
  }
}
