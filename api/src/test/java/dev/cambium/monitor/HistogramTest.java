package dev.cambium.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void countsAValueInTheBucketWhoseUpperEndItDoesNotExceed() {
    Histogram histogram = Histogram.of(new double[] {0, 1, 1.5, 2, 4}, 4);
    assertEquals(List.of(1.0, 2.0, 3.0, 4.0), histogram.limits());
    assertEquals(List.of(2L, 2L, 0L, 1L), histogram.counts());
    assertEquals(5, histogram.total());
    assertEquals(8.5, histogram.sum());
    assertEquals(23.25, histogram.sumOfSquares());
  }

  @Test
  void leavesOutWhatIsNotFinite() {
    Histogram histogram =
        Histogram.of(
            new double[] {Double.NaN, 1, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 3}, 1);
    assertEquals(1, histogram.minimum());
    assertEquals(3, histogram.maximum());
    assertEquals(List.of(2L), histogram.counts());
  }

  @Test
  void takesEqualValuesAndTheWidestRange() {
    assertEquals(2, Histogram.of(new double[] {5, 5}, 3).total());
    Histogram widest = Histogram.of(new double[] {-Double.MAX_VALUE, 0, Double.MAX_VALUE}, 2);
    assertEquals(List.of(2L, 1L), widest.counts());
    assertEquals(List.of(0.0, Double.MAX_VALUE), widest.limits());
  }

  @Test
  void refusesNothingToCount() {
    assertThrows(IllegalArgumentException.class, () -> Histogram.of(new double[0], 3));
    assertThrows(IllegalArgumentException.class, () -> Histogram.of(new double[] {Double.NaN}, 3));
    assertThrows(IllegalArgumentException.class, () -> Histogram.of(new double[] {1}, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Histogram(0, 1, 1, 1, List.of(1.0), List.of(1L, 2L)));
  }
}
