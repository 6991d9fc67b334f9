package dev.cambium.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Schedules at points where the closed formula has a simple value. */
class SchedulesTest {
  private static final double EXACT = 1e-15;

  @Test
  void constantStays() {
    assertEquals(0.1, new ConstantSchedule(0.1).at(0));
    assertEquals(0.1, new ConstantSchedule(0.1).at(1L << 40));
  }

  @Test
  void stepFallsEverySoManySteps() {
    LearningRateSchedule schedule = new StepSchedule(0.8, 30, 0.5);
    assertEquals(0.8, schedule.at(0), EXACT);
    assertEquals(0.8, schedule.at(29), EXACT);
    assertEquals(0.4, schedule.at(30), EXACT);
    assertEquals(0.1, schedule.at(95), EXACT);
  }

  @Test
  void exponentialReachesItsFactorAfterSoManySteps() {
    LearningRateSchedule schedule = new ExponentialSchedule(0.8, 30, 0.25);
    assertEquals(0.8, schedule.at(0), EXACT);
    assertEquals(0.4, schedule.at(15), EXACT, "half of the way is the root of the factor");
    assertEquals(0.2, schedule.at(30), EXACT);
    assertEquals(0.05, schedule.at(60), EXACT);
  }

  /** cos(pi / 3) = 1/2 and cos(pi / 2) = 0. */
  @Test
  void cosineFallsAlongHalfAPeriodAndStays() {
    LearningRateSchedule schedule = new CosineSchedule(1, 60, 0.2);
    assertEquals(1, schedule.at(0), EXACT);
    assertEquals(0.2 + 0.8 * 0.75, schedule.at(20), EXACT);
    assertEquals(0.6, schedule.at(30), EXACT);
    assertEquals(0.2, schedule.at(60), EXACT);
    assertEquals(0.2, schedule.at(1000), EXACT);
    assertEquals(0, new CosineSchedule(1, 60).at(60), EXACT);
  }

  /** cos(pi / 3) = 1/2 and cos(2 pi / 3) = -1/2; a cycle of 3 steps has its last at 2/3. */
  @Test
  void cosineCyclesStartAgain() {
    LearningRateSchedule schedule = new CosineCycles(1, 3, 0.2);
    for (long start : new long[] {0, 3, 3L << 40}) {
      assertEquals(1, schedule.at(start), EXACT);
      assertEquals(0.2 + 0.8 * 0.75, schedule.at(start + 1), EXACT);
      assertEquals(0.2 + 0.8 * 0.25, schedule.at(start + 2), EXACT);
    }
    assertEquals(0.5, new CosineCycles(1, 2).at(1), EXACT);
    assertThrows(IllegalArgumentException.class, () -> new CosineCycles(1, 0));
  }

  /** 100 steps, 30 % up: the top is at step 29, the end at step 99, half of the way at 14.5, 64. */
  @Test
  void oneCycleRisesAndFalls() {
    LearningRateSchedule schedule = new OneCycleSchedule(1, 100);
    double start = 1 / 25.0;
    double end = start / 1e4;
    assertEquals(start, schedule.at(0), EXACT);
    assertEquals((start + 1) / 2, (schedule.at(14) + schedule.at(15)) / 2, EXACT);
    assertEquals(1, schedule.at(29), EXACT);
    assertEquals((1 + end) / 2, schedule.at(64), EXACT);
    assertEquals(end, schedule.at(99), EXACT);
    assertEquals(end, schedule.at(1000), EXACT);
    for (long step = 0; step < 99; step++) {
      assertEquals(step < 29, schedule.at(step + 1) > schedule.at(step), "at step " + step);
    }
  }

  @Test
  void warmUpScalesTheFirstStepsOfAnotherSchedule() {
    LearningRateSchedule schedule = new StepSchedule(0.8, 3, 0.5).warmedUp(4);
    assertEquals(0.8 * 1 / 4, schedule.at(0), EXACT);
    assertEquals(0.8 * 2 / 4, schedule.at(1), EXACT);
    assertEquals(0.4 * 4 / 4, schedule.at(3), EXACT, "the wrapped schedule is not shifted");
    assertEquals(0.2, schedule.at(6), EXACT);
    assertEquals(0.8, new ConstantSchedule(0.8).warmedUp(1).at(0), EXACT);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -0.1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aLearningRateThatIsNoneIsRefused(double rate) {
    for (org.junit.jupiter.api.function.Executable make :
        new org.junit.jupiter.api.function.Executable[] {
          () -> new ConstantSchedule(rate),
          () -> new StepSchedule(rate, 1, 0.5),
          () -> new ExponentialSchedule(rate, 1, 0.5),
          () -> new CosineSchedule(rate, 10),
          () -> new OneCycleSchedule(rate, 10),
          () -> UpdateRule.of(Sgd.of(), rate)
        }) {
      String message = assertThrows(IllegalArgumentException.class, make).getMessage();
      assertTrue(message.endsWith("got " + rate), message);
    }
  }

  @Test
  void aScheduleThatTurnsBadIsNamedWithItsStep() {
    UpdateRule rule = UpdateRule.of(Sgd.of(), step -> step < 3 ? 0.1 : Double.NaN);
    assertEquals(0.1, rule.checkedLearningRate(2));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> rule.checkedLearningRate(3))
            .getMessage()
            .startsWith("learning rate at step 3"));
  }

  @Test
  void otherNumbersOutsideOfTheirRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new StepSchedule(0.1, 0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> new StepSchedule(0.1, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new ExponentialSchedule(0.1, 1, -1));
    assertThrows(IllegalArgumentException.class, () -> new CosineSchedule(0.1, 0));
    assertThrows(IllegalArgumentException.class, () -> new CosineSchedule(0.1, 1, -0.1));
    assertThrows(IllegalArgumentException.class, () -> new OneCycleSchedule(1, 10, 1, 25, 1e4));
    assertThrows(IllegalArgumentException.class, () -> new OneCycleSchedule(1, 3));
    assertThrows(
        IllegalArgumentException.class, () -> new LinearWarmup(new ConstantSchedule(1), 0));
  }
}
