package dev.cambium.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImageTest {
  @Test
  void enlargingInterpolatesBetweenHalfPixelCentres() {
    Image image = Image.of(1, 1, 2, new float[] {0, 1});
    // Output centres (i + 0.5) / 2 - 0.5 = -0.25, 0.25, 0.75, 1.25; the outer ones see one pixel.
    assertArrayEquals(new float[] {0, 0.25f, 0.75f, 1}, image.resize(1, 4).values(), 1e-6f);
  }

  @Test
  void shrinkingWeighsEveryPixelByAStretchedTriangle() {
    Image image = Image.of(1, 1, 4, new float[] {7, 14, 28, 56});
    // Centre 0.5, half-width 2: weights 3/4, 3/4, 1/4 of pixels 0, 1, 2, divided by their sum 7/4.
    float left = (3 * 7 + 3 * 14 + 28) / 7f;
    float right = (14 + 3 * 28 + 3 * 56) / 7f;
    assertArrayEquals(new float[] {left, right}, image.resize(1, 2).values(), 1e-5f);
  }

  @Test
  void resizingKeepsAConstantAndTreatsRowsColumnsAndChannelsAlike() {
    Image flat = Image.filled(3, 7, 5, 0.25f).resize(3, 11);
    for (float v : flat.values()) {
      assertEquals(0.25f, v, 1e-6f);
    }
    float[] values = new float[2 * 5 * 4];
    float[] transposed = new float[values.length];
    for (int c = 0; c < 2; c++) {
      for (int y = 0; y < 5; y++) {
        for (int x = 0; x < 4; x++) {
          values[(c * 5 + y) * 4 + x] = c + y * y - 3 * x;
          transposed[(c * 4 + x) * 5 + y] = c + y * y - 3 * x;
        }
      }
    }
    Image a = Image.of(2, 5, 4, values).resize(3, 9);
    Image b = Image.of(2, 4, 5, transposed).resize(9, 3);
    for (int c = 0; c < 2; c++) {
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 9; x++) {
          assertEquals(a.get(c, y, x), b.get(c, x, y), 1e-4f);
        }
      }
    }
    assertSame(flat, flat.resize(3, 11));
  }

  @Test
  void coverKeepsProportionsAndCutsBothSidesAlike() {
    Image wide = Image.of(1, 2, 6, new float[] {9, 9, 1, 2, 9, 9, 9, 9, 3, 4, 9, 9});
    assertArrayEquals(new float[] {1, 2, 3, 4}, wide.cover(2, 2).values());
  }

  @Test
  void cropTakesTheRectangleOfEveryChannel() {
    float[] values = new float[24];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Image image = Image.of(2, 3, 4, values);
    assertArrayEquals(new float[] {5, 6, 9, 10, 17, 18, 21, 22}, image.crop(1, 1, 2, 2).values());
    String message =
        assertThrows(IllegalArgumentException.class, () -> image.crop(2, 0, 2, 2)).getMessage();
    assertTrue(message.contains("3x4") && message.contains("2x2 at row 2, column 0"), message);
  }

  @Test
  void greyAndColourConvertByLuma() {
    Image colour = Image.of(3, 1, 1, new float[] {1, 0.5f, 0.25f});
    assertEquals(0.299f + 0.2935f + 0.0285f, colour.withChannels(1).get(0, 0, 0), 1e-6f);
    Image grey = Image.of(1, 1, 1, new float[] {0.3f});
    assertArrayEquals(new float[] {0.3f, 0.3f, 0.3f}, grey.withChannels(3).values());
    assertThrows(IllegalArgumentException.class, () -> grey.withChannels(2));
  }

  @Test
  void bytesAreRoundedAndClipped() {
    Image image = Image.of(1, 1, 5, new float[] {-1, 0.5f, 1, 7, Float.NaN});
    assertArrayEquals(new byte[] {0, (byte) 128, (byte) 255, (byte) 255, 0}, image.toBytes());
  }

  @Test
  void wrongSizesAreRefusedWithTheNumbers() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Image.of(3, 2, 2, new float[4]))
            .getMessage();
    assertEquals("values of an image [3, 2, 2] must be 12 numbers, got 4", message);
    assertThrows(IllegalArgumentException.class, () -> Image.of(0, 2, 2, new float[0]));
    assertThrows(
        IllegalArgumentException.class, () -> Image.of(1, 1, 1, new float[1]).resize(0, 1));
  }

  @Test
  void aGridPlacesPicturesInRowsWithGaps() {
    List<Image> images =
        List.of(
            Image.filled(1, 1, 1, 0.1f), Image.filled(1, 1, 1, 0.2f), Image.filled(1, 1, 1, 0.3f));
    Image grid = new ImageGrid(2, 1, 1, 1f).draw(images);
    float[] expected = {
      1, 1, 1, 1, 1, 1, 0.1f, 1, 0.2f, 1, 1, 1, 1, 1, 1, 1, 0.3f, 1, 1, 1, 1, 1, 1, 1, 1
    };
    assertArrayEquals(expected, grid.values());
    Image zoomed = new ImageGrid(2, 0, 2, 0).draw(images.subList(0, 2));
    assertArrayEquals(
        new float[] {0.1f, 0.1f, 0.2f, 0.2f, 0.1f, 0.1f, 0.2f, 0.2f}, zoomed.values());
    List<Image> mixed = List.of(Image.filled(1, 1, 1, 0), Image.filled(1, 2, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> ImageGrid.ofColumns(2).draw(mixed));
    assertThrows(IllegalArgumentException.class, () -> ImageGrid.ofColumns(0));
  }
}
