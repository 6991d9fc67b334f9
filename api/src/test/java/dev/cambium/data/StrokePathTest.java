package dev.cambium.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StrokePathTest {
  @Test
  void aLineBecomesACurveThroughItsThirds() {
    List<double[]> strokes = StrokePath.parse("M0 3 L9 0 M1 1 L1 4").strokes();
    assertEquals(2, strokes.size());
    assertArrayEquals(new double[] {0, 3, 3, 2, 6, 1, 9, 0}, strokes.get(0));
    assertArrayEquals(
        new double[] {0, 3, 3, 2, 6, 1, 9, 0}, StrokePath.flatten(strokes.get(0), 3), 1e-12);
  }

  @Test
  void aCurvePassesItsEndsAndBendsTowardsItsControlPoints() {
    double[] stroke = StrokePath.parse("M0 0 C0 8 8 8 8 0").strokes().get(0);
    double[] points = StrokePath.flatten(stroke, 2);
    // At t = 1/2: (p0 + 3 p1 + 3 p2 + p3) / 8 = (0 + 0 + 24 + 8, 24 + 24) / 8.
    assertArrayEquals(new double[] {0, 0, 4, 6, 8, 0}, points, 1e-12);
  }

  @Test
  void everyDigitHasSeveralVariantsInsideItsSquare() {
    for (int digit = 0; digit < 10; digit++) {
      assertTrue(DigitShapes.of(digit).size() >= 3);
      for (StrokePath path : DigitShapes.of(digit)) {
        for (double[] stroke : path.strokes()) {
          for (double coordinate : StrokePath.flatten(stroke, 10)) {
            assertTrue(coordinate >= 0 && coordinate <= 100, digit + ": " + coordinate);
          }
        }
      }
    }
  }

  @Test
  void unknownCommandsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> StrokePath.parse("Q1 2"));
  }
}
