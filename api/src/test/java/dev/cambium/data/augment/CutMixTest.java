package dev.cambium.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.augment.CutMix.Box;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CutMixTest {
  /**
   * By the formula: sqrt(1 - 3/4) / 2 = 1/4 of 4 pixels is one to each side; sqrt(1 - 1/4) / 2 =
   * 0.43 of 4 is cut to one, of which the border leaves one row; of 10 columns it is 4.
   */
  @Test
  void theBoxHasTheShareOfLambdaAndIsClippedAtTheBorders() {
    assertEquals(new Box(0, 0, 2, 2), Box.around(1, 1, 0.75, 4, 4));
    assertEquals(new Box(0, 2, 1, 4), Box.around(3, 0, 0.25, 4, 4));
    assertEquals(new Box(2, 1, 4, 9), Box.around(5, 3, 0.25, 4, 10));
    assertEquals(new Box(0, 0, 4, 4), Box.around(2, 2, 0, 4, 4), "lambda 0 is the whole image");
    assertEquals(0, Box.around(2, 2, 1, 4, 4).pixels(), "lambda 1 is nothing");
  }

  /** Two images of 3x3 in two channels; the box is the last column of the upper two rows. */
  @Test
  void theBoxOfTheImageBeforeIsPastedIntoEachChannel() {
    float[] pixels = new float[36];
    for (int i = 0; i < 36; i++) {
      pixels[i] = i;
    }
    HostArray images = HostArray.of(Shape.of(2, 2, 3, 3), pixels);
    HostArray targets = HostArray.of(Shape.of(2, 3), 1f, 0f, 0f, 0f, 0f, 1f);
    CutMix.mix(images, targets, new Box(0, 2, 2, 3));
    float[] expected = {
      0, 1, 20, 3, 4, 23, 6, 7, 8, //
      9, 10, 29, 12, 13, 32, 15, 16, 17, //
      18, 19, 2, 21, 22, 5, 24, 25, 26, //
      27, 28, 11, 30, 31, 14, 33, 34, 35
    };
    assertArrayEquals(expected, images.toFloats());
    float own = 7 / 9f;
    float other = 2 / 9f;
    assertArrayEquals(new float[] {own, 0, other, other, 0, own}, targets.toFloats(), 1e-7f);
  }

  /** Image i has the value i everywhere and a class of its own, so its share can be counted. */
  @Test
  void theTargetsAreTheSharesOfThePixels() {
    RandomStream random = new RandomStream(2, "shares");
    boolean partly = false;
    for (int draw = 0; draw < 200; draw++) {
      HostArray images = HostArray.of(Shape.of(4, 3, 5, 7), new float[4 * 105]);
      HostArray targets = HostArray.of(Shape.of(4, 4), new float[16]);
      for (int i = 0; i < 4 * 105; i++) {
        images.set(i, i / 105);
      }
      for (int i = 0; i < 4; i++) {
        targets.set(5 * i, 1);
      }
      CutMix.of(1).apply(images, targets, random);
      for (int i = 0; i < 4; i++) {
        double[] shares = new double[4];
        for (int p = 0; p < 105; p++) {
          shares[(int) images.get(105 * i + p)] += 1 / 105.0;
        }
        double total = 0;
        for (int c = 0; c < 4; c++) {
          assertEquals(shares[c], targets.get(4 * i + c), 1e-6);
          total += targets.get(4 * i + c);
        }
        assertEquals(1, total, 1e-6);
        partly |= shares[i] > 0 && shares[i] < 1;
      }
    }
    assertTrue(partly, "no image was mixed at all");
  }

  @Test
  void aBatchOfOneStaysAsItIs() {
    HostArray image = HostArray.of(Shape.of(1, 1, 2, 2), 1f, 2f, 3f, 4f);
    HostArray target = HostArray.of(Shape.of(1, 2), 0f, 1f);
    CutMix.of(1).apply(image, target, new RandomStream(1, "one"));
    assertArrayEquals(new float[] {1, 2, 3, 4}, image.toFloats());
    assertArrayEquals(new float[] {0, 1}, target.toFloats());
  }

  /**
   * A large alpha makes lambda a half, and of 4 pixels sqrt(1/2) / 2 is one to each side of the
   * centre: rows and columns 0 to 2 lie in the boxes of two of the four centres, 3 in that of one.
   */
  @Test
  void theCentreIsUniformOverThePixels() {
    int draws = 8000;
    int[] rows = new int[4];
    int[] columns = new int[4];
    RandomStream random = new RandomStream(3, "centre");
    for (int draw = 0; draw < draws; draw++) {
      float[] pixels = new float[32];
      Arrays.fill(pixels, 16, 32, 1);
      HostArray images = HostArray.of(Shape.of(2, 1, 4, 4), pixels);
      CutMix.of(1e9).apply(images, HostArray.of(Shape.of(2, 1), 1f, 1f), random);
      boolean[] row = new boolean[4];
      boolean[] column = new boolean[4];
      for (int i = 0; i < 16; i++) {
        row[i / 4] |= images.get(i) == 1;
        column[i % 4] |= images.get(i) == 1;
      }
      for (int i = 0; i < 4; i++) {
        rows[i] += row[i] ? 1 : 0;
        columns[i] += column[i] ? 1 : 0;
      }
    }
    for (int i = 0; i < 4; i++) {
      double expected = i < 3 ? 0.5 : 0.25;
      double error = 4 * Math.sqrt(expected * (1 - expected) / draws);
      assertEquals(expected, (double) rows[i] / draws, error, "row " + i);
      assertEquals(expected, (double) columns[i] / draws, error, "column " + i);
    }
  }
}
