package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExperimentTableTest {
  @Test
  void comparesWithTheBaseSeedBySeed() {
    ExperimentTable table = new ExperimentTable(List.of(1L, 2L, 3L), "base");
    table.add("base", List.of(0.5, 0.6, 0.7));
    table.add("better", List.of(0.53, 0.62, 0.71));
    table.add("together", List.of(0.66));
    // The differences are 0.03, 0.02, 0.01: mean 0.02, standard error 0.01 / sqrt(3).
    assertEquals(
        List.of(
            "| treatment | seed 1 | seed 2 | seed 3 | mean | above the base |",
            "|---|---|---|---|---|---|",
            "| base | 0.5000 | 0.6000 | 0.7000 | 0.6000 |  |",
            "| better | 0.5300 | 0.6200 | 0.7100 | 0.6200 | +0.0200 ± 0.0058 |",
            "| together |  |  |  | 0.6600 | +0.0600 |"),
        table.lines());
  }

  @Test
  void oneSeedHasNoStandardError() {
    ExperimentTable table = new ExperimentTable(List.of(1L), "base");
    table.add("base", List.of(0.5));
    table.add("worse", List.of(0.25));
    assertEquals("| worse | 0.2500 | 0.2500 | -0.2500 |", table.lines().get(3));
  }

  @Test
  void withoutTheBaseNothingIsCompared() {
    ExperimentTable table = new ExperimentTable(List.of(1L), "base");
    table.add("first", List.of(0.5));
    table.add("second", List.of(0.25));
    assertEquals("| second | 0.2500 | 0.2500 |  |", table.lines().get(3));
  }

  @Test
  void whatIsAsGoodAsTheBaseIsSaidToBe() {
    ExperimentTable table = new ExperimentTable(List.of(1L), "base");
    table.add("base", List.of(0.5));
    table.add("same", List.of(0.5));
    assertEquals("| same | 0.5000 | 0.5000 | +0.0000 |", table.lines().get(3));
  }
}
