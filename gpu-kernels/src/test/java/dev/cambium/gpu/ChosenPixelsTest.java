package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.Shape;
import org.junit.jupiter.api.Test;

class ChosenPixelsTest {
  private static final Shape IMAGE = Shape.of(2, 3, 32, 40);

  private static ChosenPixels of(int height, int width) {
    Window2d window = new Window2d(new Size2d(height, width), Size2d.square(1), Padding2d.NONE);
    return new ChosenPixels(window, IMAGE);
  }

  @Test
  void aPlaceIsAByteWhereTheWindowHasFewPixels() {
    // 32 - 16 + 1 rows and 40 - 16 + 1 columns of windows in 2 times 3 planes.
    assertEquals(2L * 3 * 17 * 25, of(16, 16).bytes());
  }

  @Test
  void aPlaceInALargerWindowIsAnInt() {
    assertEquals(4 * 2L * 3 * 17 * 24, of(16, 17).bytes());
  }

  @Test
  void thoseOfOtherWindowsAreOthers() {
    assertEquals(of(2, 3), of(2, 3));
    assertNotEquals(of(2, 3), of(3, 2));
  }
}
