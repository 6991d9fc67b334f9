package dev.cambium.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static Comparison.Round round(long first, long second) {
    return new Comparison.Round(new Speed(first, 1_000_000_000), new Speed(second, 1_000_000_000));
  }

  private static Comparison comparison(Comparison.Round... rounds) {
    return new Comparison(Work.TRAIN, 2, Peer.CAMBIUM, Peer.DJL_PYTORCH, List.of(rounds));
  }

  @Test
  void speedIsImagesPerSecond() {
    assertEquals(640, new Speed(320, 500_000_000).imagesPerSecond());
  }

  @Test
  void ratioIsTheMedianOfTheRatiosOfRoundsAndNotTheRatioOfMedians() {
    // The machine was half as fast in the second round: each round's ratio is not touched by that.
    Comparison comparison = comparison(round(300, 100), round(100, 50), round(280, 120));
    assertEquals(280.0 / 120, comparison.ratio(), 1e-12);
  }

  @Test
  void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
    assertEquals(2.5, Comparison.median(4, 1, 3, 2));
    assertEquals(3, Comparison.median(5, 3, 1));
  }

  @Test
  void lineNamesWorkThreadsSpeedsAndRatio() {
    assertEquals(
        "training   threads 2  cambium 300 images/s  djl-pytorch 100 images/s  ratio 3.00"
            + "  (2.00 to 3.00 in 3 rounds)",
        comparison(round(300, 100), round(200, 100), round(900, 300)).line());
  }

  @Test
  void comparisonWithoutRoundsIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> comparison());
  }

  @Test
  void peersAreFoundByName() {
    assertEquals(Peer.DJL_PYTORCH, Peer.named("djl-pytorch"));
    assertEquals(
        "peer must be one of cambium, djl-pytorch, got 'torch'",
        assertThrows(IllegalArgumentException.class, () -> Peer.named("torch")).getMessage());
  }
}
