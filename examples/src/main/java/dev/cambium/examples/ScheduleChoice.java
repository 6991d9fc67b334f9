package dev.cambium.examples;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.cambium.optim.ConstantSchedule;
import dev.cambium.optim.CosineSchedule;
import dev.cambium.optim.ExponentialSchedule;
import dev.cambium.optim.LearningRateSchedule;
import dev.cambium.optim.OneCycleSchedule;
import dev.cambium.optim.StepSchedule;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** How the learning rate goes over a whole run, by the names that the command line takes. */
enum ScheduleChoice {
  /** The same from the first step to the last. */
  CONSTANT,
  /** Down to 0 along half a cosine. */
  COSINE,
  /** Up during the warm-up, then down to nearly 0; 30 % upwards where no warm-up is given. */
  ONE_CYCLE,
  /** A tenth after each third of the run. */
  STEP,
  /** By a factor each step, to a hundredth at the end. */
  EXPONENTIAL;

  private static final double ONE_CYCLE_WARMUP = 0.3;
  private static final int STEPS = 3;
  private static final double STEP_FACTOR = 0.1;
  private static final double EXPONENTIAL_FACTOR = 0.01;

  /**
   * The schedule of a run.
   *
   * @param rate the highest learning rate
   * @param warmup the share of the run in which the learning rate rises
   * @param updates of the whole run
   */
  LearningRateSchedule create(double rate, double warmup, long updates) {
    if (this == ONE_CYCLE) {
      double share = warmup > 0 ? warmup : ONE_CYCLE_WARMUP;
      if (share * updates > 1) {
        return new OneCycleSchedule(rate, updates, share, 25, 1e4);
      }
      return new CosineSchedule(rate, updates); // too few updates to go up and down
    }
    LearningRateSchedule schedule =
        switch (this) {
          case CONSTANT, ONE_CYCLE -> new ConstantSchedule(rate);
          case COSINE -> new CosineSchedule(rate, updates);
          case STEP -> new StepSchedule(rate, Math.max(1, updates / STEPS), STEP_FACTOR);
          case EXPONENTIAL -> new ExponentialSchedule(rate, updates, EXPONENTIAL_FACTOR);
        };
    return warmup > 0 ? schedule.warmedUp(Math.max(1, Math.round(warmup * updates))) : schedule;
  }

  /** The schedule of that name. */
  @JsonCreator
  static ScheduleChoice of(String name) {
    return Arrays.stream(values())
        .filter(choice -> choice.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "it must be one of %s, got '%s'".formatted(Arrays.toString(values()), name)));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
