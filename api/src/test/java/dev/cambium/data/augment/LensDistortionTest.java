package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertKeeps;
import static dev.cambium.data.augment.Pictures.assertRefused;
import static dev.cambium.data.augment.Pictures.grey;
import static dev.cambium.data.augment.Pictures.noise;
import static dev.cambium.data.augment.Pictures.plane;
import static dev.cambium.data.augment.Pictures.result;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.image.Image;
import org.junit.jupiter.api.Test;

class LensDistortionTest {
  private static LensDistortion fixed(double k) {
    return new LensDistortion(Range.only(k), 0);
  }

  @Test
  void pixelsShowWhatLiesFurtherOutByTheFormula() {
    // 5x5: r^2 = (dx^2 + dy^2) / (25 + 25) * 4. The value of a pixel is its column.
    float[] got = result(fixed(0.25), plane(5, 5, 1, 0, 0));
    assertEquals(2, got[2 * 5 + 2]);
    // One to the right: r^2 = 0.08, so it shows 2 + 1 * (1 + 0.25 * 0.08).
    assertEquals(3.02f, got[2 * 5 + 3], 1e-6f);
    assertEquals(0.98f, got[2 * 5 + 1], 1e-6f);
    // The corner: r^2 = 0.64, so it shows 2 + 2 * 1.16 = 4.32 in both directions, of which 0.68 is
    // the border's 4 and the rest the fill value.
    assertEquals(0.68f * 0.68f * 4, got[4 * 5 + 4], 1e-5f);
  }

  @Test
  void negativeCoefficientsEnlargeTheCorners() {
    float[] got = result(fixed(-0.25), plane(5, 5, 1, 0, 0));
    // 2 + 2 * (1 - 0.25 * 0.64), nothing comes from outside.
    assertEquals(3.68f, got[4 * 5 + 4], 1e-6f);
    assertEquals(0.32f, got[4 * 5], 1e-6f);
  }

  @Test
  void aStraightLineBendsOutwardsLikeABarrel() {
    // A vertical line right of the centre: with k > 0 its ends come nearer to the axis.
    float[] line = new float[21 * 21];
    for (int y = 0; y < 21; y++) {
      line[y * 21 + 16] = 1;
    }
    float[] barrel = result(fixed(0.3), grey(21, 21, line));
    float[] pincushion = result(fixed(-0.3), grey(21, 21, line));
    assertTrue(centre(barrel, 3) < centre(barrel, 10) - 0.3, "barrel");
    assertTrue(centre(pincushion, 3) > centre(pincushion, 10) + 0.3, "pincushion");
  }

  /** The mean column of what is bright in a row. */
  private static double centre(float[] values, int row) {
    double sum = 0;
    double weighted = 0;
    for (int x = 0; x < 21; x++) {
      sum += values[row * 21 + x];
      weighted += x * values[row * 21 + x];
    }
    return weighted / sum;
  }

  @Test
  void theResultIsAsSymmetricAsTheLens() {
    Image image = noise(3, 6, 9);
    Image warped = Image.of(3, 6, 9, result(fixed(0.2), image));
    assertArrayEquals(
        HorizontalFlip.mirrored(warped).values(),
        result(fixed(0.2), HorizontalFlip.mirrored(image)),
        1e-5f);
  }

  @Test
  void kOfZeroGivesEveryBitBackAndNoPictureIsTooSmall() {
    assertKeeps(LensDistortion.of(0), noise(3, 4, 5));
    assertKeeps(LensDistortion.of(0.3), noise(3, 1, 1));
    assertEquals(2, result(fixed(0.3), grey(1, 2, 1, 1)).length);
  }

  @Test
  void kIsDrawnFromItsRange() {
    LensDistortion lens = new LensDistortion(Range.of(0.1, 0.3), 7);
    Image image = plane(5, 5, 1, 0, 0);
    double k = Pictures.stream("test").nextUniform(0.1, 0.3);
    assertArrayEquals(result(new LensDistortion(Range.only(k), 7), image), result(lens, image));
  }

  @Test
  void badCoefficientsAreRefused() {
    assertRefused(() -> LensDistortion.of(0.34), "at least -1/3", "-0.34..0.34");
    assertRefused(() -> LensDistortion.of(-1), "at least 0", "got -1.0");
    assertRefused(() -> fixed(Double.NaN), "NaN");
    assertRefused(() -> new LensDistortion(Range.only(0), Float.NaN), "fill", "NaN");
  }
}
