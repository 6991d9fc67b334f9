package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertKeeps;
import static dev.cambium.data.augment.Pictures.assertRefused;
import static dev.cambium.data.augment.Pictures.copy;
import static dev.cambium.data.augment.Pictures.grey;
import static dev.cambium.data.augment.Pictures.noise;
import static dev.cambium.data.augment.Pictures.result;
import static dev.cambium.data.augment.Pictures.rgb;
import static dev.cambium.data.augment.Pictures.stream;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ColourTest {
  private static final float NAN = Float.NaN;

  @Test
  void brightnessMultipliesAndClamps() {
    Image image = grey(1, 4, 0, 0.25f, 0.6f, NAN);
    assertArrayEquals(new float[] {0, 0.5f, 1, NAN}, result(new Brightness(2), image));
    assertArrayEquals(new float[] {0, 0.125f, 0.3f, NAN}, result(new Brightness(0.5), image));
    assertArrayEquals(new float[] {0, 0, 0, NAN}, result(new Brightness(0), image));
  }

  @Test
  void contrastBlendsWithTheMeanOfTheGreyImage() {
    // Grey of red is 0.2989, of blue 0.114, so the mean is 0.20645.
    Image image = Image.of(3, 1, 2, new float[] {1, 0, 0, 0, 0, 1});
    float low = 0.5f * 0.20645f;
    float high = 0.5f + 0.5f * 0.20645f;
    assertArrayEquals(
        new float[] {high, low, low, low, low, high}, result(new Contrast(0.5), image), 1e-6f);
    // 1.5 x - 0.5 * 0.20645, clamped.
    assertArrayEquals(new float[] {1, 0, 0, 0, 0, 1}, result(new Contrast(1.5), image), 1e-6f);
    assertArrayEquals(
        new float[] {0.2f, 0.8f}, result(new Contrast(3), grey(1, 2, 0.4f, 0.6f)), 1e-6f);
    assertArrayEquals(
        new float[] {0.5f, 0.5f}, result(new Contrast(0), grey(1, 2, 0.4f, 0.6f)), 1e-6f);
  }

  @Test
  void saturationBlendsWithTheGreyOfEachPixel() {
    // Grey: 0.2989 * 0.8 + 0.587 * 0.4 + 0.114 * 0.2 = 0.49672.
    float[] less = result(new Saturation(0.5), rgb(0.8f, 0.4f, 0.2f));
    assertArrayEquals(new float[] {0.64836f, 0.44836f, 0.34836f}, less, 1e-6f);
    float[] more = result(new Saturation(2), rgb(0.8f, 0.4f, 0.2f));
    assertArrayEquals(new float[] {1, 0.30328f, 0}, more, 1e-6f);
    float[] none = result(new Saturation(0), rgb(0.8f, 0.4f, 0.2f));
    assertArrayEquals(new float[] {0.49672f, 0.49672f, 0.49672f}, none, 1e-6f);
    assertArrayEquals(none, result(new Grayscale(1), rgb(0.8f, 0.4f, 0.2f)), 1e-7f);
  }

  @Test
  void hueTurnsByAFractionOfATurn() {
    double third = 1.0 / 3;
    assertArrayEquals(new float[] {0, 1, 0}, result(new Hue(third), rgb(1, 0, 0)), 1e-6f);
    assertArrayEquals(new float[] {0, 0, 1}, result(new Hue(third), rgb(0, 1, 0)), 1e-6f);
    assertArrayEquals(new float[] {1, 0, 0}, result(new Hue(third), rgb(0, 0, 1)), 1e-6f);
    assertArrayEquals(new float[] {0, 1, 1}, result(new Hue(0.5), rgb(1, 0, 0)), 1e-6f);
    // Python: colorsys.hsv_to_rgb(h + turn, s, v) of colorsys.rgb_to_hsv.
    assertArrayEquals(
        new float[] {0.2f, 0.2f, 0.7f}, result(new Hue(0.1), rgb(0.2f, 0.5f, 0.7f)), 1e-6f);
    assertArrayEquals(
        new float[] {0.7f, 0.1f, 0.9f}, result(new Hue(-0.25), rgb(0.9f, 0.3f, 0.1f)), 1e-6f);
    assertArrayEquals(
        new float[] {0.2f, 0.2f, 0.6f}, result(new Hue(0.5), rgb(0.6f, 0.6f, 0.2f)), 1e-6f);
    assertArrayEquals(
        new float[] {0.1f, 0.8f, 0.31f}, result(new Hue(0.05), rgb(0.1f, 0.8f, 0.1f)), 1e-6f);
  }

  @Test
  void hueAgreesWithHsvByTheTextbookForAnyColourAndTurn() {
    RandomStream random = stream("hsv");
    for (int i = 0; i < 20_000; i++) {
      // Coarse levels, so that channels are often equal.
      float r = random.nextInt(6) / 5f;
      float g = random.nextInt(6) / 5f;
      float b = random.nextInt(6) / 5f;
      double turn = random.nextUniform(-0.5, 0.5);
      float[] got = result(new Hue(turn), rgb(r, g, b));
      assertArrayEquals(hsvTurned(r, g, b, turn), got, 2e-6f);
      for (float value : got) {
        assertTrue(value >= 0 && value <= 1);
      }
    }
  }

  /** To HSV and back, case by case (A. R. Smith 1978). */
  private static float[] hsvTurned(double r, double g, double b, double turn) {
    double max = Math.max(r, Math.max(g, b));
    double range = max - Math.min(r, Math.min(g, b));
    double hue = 0;
    if (range > 0) {
      hue = max == r ? (g - b) / range : max == g ? 2 + (b - r) / range : 4 + (r - g) / range;
    }
    double sixths = ((hue + 6 * turn) % 6 + 6) % 6;
    double part = sixths - Math.floor(sixths);
    double p = max - range;
    double q = max - range * part;
    double t = max - range * (1 - part);
    double[] rgb =
        switch ((int) sixths) {
          case 0 -> new double[] {max, t, p};
          case 1 -> new double[] {q, max, p};
          case 2 -> new double[] {p, max, t};
          case 3 -> new double[] {p, q, max};
          case 4 -> new double[] {t, p, max};
          default -> new double[] {max, p, q};
        };
    return new float[] {(float) rgb[0], (float) rgb[1], (float) rgb[2]};
  }

  @Test
  void greyPixelsHaveNoHueAndGreyPicturesNoColours() {
    RandomStream random = stream("grey");
    for (int i = 0; i < 1000; i++) {
      float level = (float) random.nextDouble();
      float[] grey = {level, level, level};
      assertArrayEquals(grey, result(new Hue(0.37), rgb(level, level, level)));
    }
    assertKeeps(new Hue(0.37), rgb(Float.MIN_VALUE, Float.MIN_VALUE, Float.MIN_VALUE));
    assertKeeps(new Hue(0.2), noise(1, 3, 4));
    assertKeeps(new Saturation(0.2), noise(1, 3, 4));
    assertKeeps(new Grayscale(1), noise(1, 3, 4));
  }

  @Test
  void identityFactorsKeepEveryBit() {
    Image image = noise(3, 5, 7);
    // Even what is outside of [0, 1].
    image.values()[3] = 1.5f;
    image.values()[4] = -0.0f;
    for (SampleTransform identity :
        List.of(
            new Brightness(1),
            new Contrast(1),
            new Saturation(1),
            new Hue(0),
            new Grayscale(0),
            ColorJitter.of(0, 0, 0, 0))) {
      assertKeeps(identity, image);
    }
  }

  @Test
  void picturesLargerThanABlockAreChangedAlike() {
    // 40 x 30 pixels go through in two blocks; each pixel must come out as it does alone.
    Image image = noise(3, 40, 30);
    for (SampleTransform transform : List.of(new Hue(0.2), new Saturation(1.4))) {
      Image changed = transform.apply(copy(image), stream("x"));
      for (int y = 0; y < 40; y++) {
        for (int x = 0; x < 30; x++) {
          float[] alone = transform.apply(image.crop(y, x, 1, 1), stream("x")).values();
          assertArrayEquals(alone, changed.crop(y, x, 1, 1).values());
        }
      }
    }
  }

  @Test
  void jitterAppliesItsFourPartsInRandomOrder() {
    // Fixed amounts, so that the order alone decides; clamping makes the orders differ.
    ColorJitter jitter =
        new ColorJitter(Range.only(1.9), Range.only(1.8), Range.only(1.7), Range.only(0.3));
    List<SampleTransform> parts =
        List.of(new Brightness(1.9), new Contrast(1.8), new Saturation(1.7), new Hue(0.3));
    Image image = noise(3, 3, 3);
    Set<String> orders = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      int[] order = {0, 1, 2, 3};
      stream("order" + i).shuffle(order);
      Image expected = copy(image);
      for (int part : order) {
        expected = parts.get(part).apply(expected, stream("x"));
      }
      Image got = jitter.apply(copy(image), stream("order" + i));
      assertArrayEquals(expected.values(), got.values());
      orders.add(java.util.Arrays.toString(got.values()));
    }
    assertEquals(24, orders.size(), "all orders came up");
  }

  @Test
  void jitterDrawsUniformlyFromItsRanges() {
    // One grey pixel of 0.5 shows the brightness factor itself.
    ColorJitter jitter = ColorJitter.of(0.4, 0, 0, 0);
    RandomStream random = stream("range");
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      double factor = jitter.apply(grey(1, 1, 0.5f), random).values()[0] / 0.5;
      assertTrue(factor >= 0.6 - 1e-6 && factor <= 1.4 + 1e-6);
      sum += factor;
    }
    assertEquals(1, sum / 10_000, 4 * 0.8 / Math.sqrt(12 * 10_000));
    assertEquals(Range.of(0, 3), ColorJitter.of(2, 0, 0, 0).brightness(), "not below 0");
  }

  @Test
  void nanStaysAndSpoilsNoMoreThanItMust() {
    Image image = Image.of(3, 1, 2, new float[] {0.1f, NAN, 0.5f, 0.2f, 0.4f, 0.3f});
    float[] hue = result(new Hue(0.2), image);
    float[] saturation = result(new Saturation(0.2), image);
    for (int c = 0; c < 3; c++) {
      assertTrue(Float.isFinite(hue[2 * c]) && Float.isFinite(saturation[2 * c]));
      assertTrue(Float.isNaN(hue[2 * c + 1]) && Float.isNaN(saturation[2 * c + 1]));
    }
    for (float value : result(new Contrast(0.2), image)) {
      assertTrue(Float.isNaN(value), "the mean is NaN");
    }
  }

  @Test
  void badFactorsAndChannelsAreRefused() {
    assertRefused(() -> new Brightness(-0.1), "factor of Brightness", "got -0.1");
    assertRefused(() -> new Contrast(Double.NaN), "factor of Contrast", "got NaN");
    assertRefused(() -> new Saturation(1e300), "factor of Saturation", "finite");
    assertRefused(() -> new Hue(Double.NaN), "turn of Hue", "finite", "got NaN");
    assertRefused(() -> new Hue(0.51), "turn of Hue", "[-0.5, 0.5]", "got 0.51");
    assertRefused(() -> new Grayscale(2), "p of Grayscale", "got 2.0");
    assertRefused(() -> ColorJitter.of(-1, 0, 0, 0), "at least 0", "got -1.0");
    assertRefused(() -> ColorJitter.of(0, 0, 0, 0.6), "hue of ColorJitter", "-0.6..0.6");
    Range one = Range.only(1);
    assertRefused(() -> new ColorJitter(Range.of(-1, 1), one, one, one), "brightness", "-1.0..1.0");
    for (SampleTransform transform :
        List.of(
            new Brightness(2),
            new Contrast(2),
            new Saturation(2),
            new Hue(0.1),
            new Grayscale(1),
            ColorJitter.of(1, 1, 1, 0))) {
      String name = transform.getClass().getSimpleName();
      assertRefused(
          () -> transform.outputShape(Shape.of(2, 4, 4)), name, "1 or 3 channels", "got 2");
    }
    assertRefused(() -> new Hue(0.1).apply(noise(4, 2, 2), stream("x")), "Hue", "got 4");
  }
}
