package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertFrequency;
import static dev.cambium.data.augment.Pictures.assertKeeps;
import static dev.cambium.data.augment.Pictures.assertRefused;
import static dev.cambium.data.augment.Pictures.noise;
import static dev.cambium.data.augment.Pictures.result;
import static dev.cambium.data.augment.Pictures.stream;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NoiseTest {
  @Test
  void noiseHasTheMomentsAndTailsOfTheNormalDistribution() {
    int n = 300_000;
    float[] values = result(new GaussianNoise(0.2, false), Image.filled(3, 100, 1000, 0.5f));
    double[] moments = new double[5];
    int beyondTwo = 0;
    int beyondThreeAndAHalf = 0;
    for (float value : values) {
      double z = (value - 0.5) / 0.2;
      for (int k = 1; k <= 4; k++) {
        moments[k] += StrictMath.pow(z, k) / n;
      }
      beyondTwo += z > 2 ? 1 : 0;
      beyondThreeAndAHalf += Math.abs(z) > 3.5 ? 1 : 0;
    }
    // Variances of z, z^2, z^3, z^4: 1, 2, 15, 96.
    assertEquals(0, moments[1], 4 * Math.sqrt(1.0 / n));
    assertEquals(1, moments[2], 4 * Math.sqrt(2.0 / n));
    assertEquals(0, moments[3], 4 * Math.sqrt(15.0 / n));
    assertEquals(3, moments[4], 4 * Math.sqrt(96.0 / n));
    // From a table of the normal distribution.
    assertFrequency(0.0227501, beyondTwo, n);
    assertFrequency(0.00046526, beyondThreeAndAHalf, n);
  }

  @Test
  void noiseIsClampedWhereItIsAsked() {
    Image image = Image.filled(1, 20, 20, 1);
    image.values()[5] = Float.NaN;
    float[] clipped = result(GaussianNoise.of(0.5), image);
    float[] free = result(new GaussianNoise(0.5, false), image);
    int above = 0;
    for (int i = 0; i < 400; i++) {
      assertEquals(Math.max(0, Math.min(1, free[i])), clipped[i]);
      above += free[i] > 1 ? 1 : 0;
    }
    assertTrue(above > 100);
    assertTrue(Float.isNaN(clipped[5]));
    assertKeeps(GaussianNoise.of(0), noise(3, 3, 3));
    assertRefused(() -> GaussianNoise.of(-0.1), "std of GaussianNoise", "got -0.1");
    assertRefused(() -> GaussianNoise.of(Double.NaN), "std of GaussianNoise", "got NaN");
  }

  @Test
  void cutoutErasesASquareAroundARandomPixelThatMayHangOver() {
    // 4x5 pixels and size 2: rows y - 1, y and columns x - 1, x of the centre (y, x).
    Set<String> seen = new HashSet<>();
    Set<String> expected = new HashSet<>();
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 5; x++) {
        expected.add(erased(y - 1, y, x - 1, x));
      }
    }
    RandomStream random = stream("cutout");
    int corner = 0;
    for (int i = 0; i < 10_000; i++) {
      Image got = new Cutout(2, 0.25f).apply(Image.filled(2, 4, 5, 1), random);
      StringBuilder text = new StringBuilder();
      for (int j = 0; j < 20; j++) {
        assertEquals(got.values()[j], got.values()[20 + j], "channels alike");
        text.append(got.values()[j] == 0.25f ? 'x' : '.');
      }
      seen.add(text.toString());
      corner += text.toString().equals(erased(-1, 0, -1, 0)) ? 1 : 0;
    }
    assertEquals(expected, seen);
    assertFrequency(1.0 / 20, corner, 10_000);
  }

  private static String erased(int top, int bottom, int left, int right) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      int y = i / 5;
      int x = i % 5;
      text.append(y >= top && y <= bottom && x >= left && x <= right ? 'x' : '.');
    }
    return text.toString();
  }

  @Test
  void oddAndHugeSquaresAreWhole() {
    float[] one = result(new Cutout(1, 0), Image.filled(1, 9, 9, 1));
    int erased = 0;
    for (float value : one) {
      erased += value == 0 ? 1 : 0;
    }
    assertEquals(1, erased);
    // The square is three wide and only its centre lies surely inside.
    float[] three = result(new Cutout(3, 0), Image.filled(1, 1, 1, 1));
    assertArrayEquals(new float[] {0}, three);
    assertArrayEquals(
        new float[6], result(new Cutout(Integer.MAX_VALUE, 0), Image.filled(1, 2, 3, 1)));
    assertRefused(() -> Cutout.of(0), "size of Cutout", "got 0");
    assertRefused(() -> new Cutout(2, Float.NaN), "fill of Cutout", "NaN");
    assertRefused(() -> Cutout.of(2).outputShape(Shape.of(3)), "Cutout needs images");
  }
}
