package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertFrequency;
import static dev.cambium.data.augment.Pictures.assertKeeps;
import static dev.cambium.data.augment.Pictures.assertRefused;
import static dev.cambium.data.augment.Pictures.copy;
import static dev.cambium.data.augment.Pictures.grey;
import static dev.cambium.data.augment.Pictures.noise;
import static dev.cambium.data.augment.Pictures.plane;
import static dev.cambium.data.augment.Pictures.result;
import static dev.cambium.data.augment.Pictures.stream;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CropTest {
  /** How often each result came out. */
  private static Map<String, Integer> results(SampleTransform transform, Image image, int draws) {
    Map<String, Integer> counts = new HashMap<>();
    RandomStream random = stream("crops");
    for (int i = 0; i < draws; i++) {
      String result = Arrays.toString(transform.apply(copy(image), random).values());
      counts.merge(result, 1, Integer::sum);
    }
    return counts;
  }

  /** All crops of {@code size} from a padded picture. */
  private static Set<String> crops(Image padded, int height, int width) {
    Set<String> crops = new HashSet<>();
    for (int top = 0; top <= padded.height() - height; top++) {
      for (int left = 0; left <= padded.width() - width; left++) {
        crops.add(Arrays.toString(padded.crop(top, left, height, width).values()));
      }
    }
    return crops;
  }

  @Test
  void padAndCropGivesEveryCropOfThePaddedPictureEquallyOften() {
    Image image = grey(2, 3, 1, 2, 3, 4, 5, 6);
    Image padded = grey(4, 5, 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0);
    Map<String, Integer> got = results(PadAndCrop.of(1), image, 9_000);
    assertEquals(crops(padded, 2, 3), got.keySet());
    got.values().forEach(count -> assertFrequency(1.0 / 9, count, 9_000));
  }

  @Test
  void paddingModesContinueThePictureAsTorchvisionDoes() {
    // The examples of torchvision's documentation: 1 2 3 4 padded by 2.
    Image row = grey(4, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4);
    assertPadded(Padding.EDGE, row, 1, 1, 1, 2, 3, 4, 4, 4);
    assertPadded(Padding.REFLECT, row, 3, 2, 1, 2, 3, 4, 3, 2);
    assertPadded(Padding.SYMMETRIC, row, 2, 1, 1, 2, 3, 4, 4, 3);
  }

  private static void assertPadded(Padding mode, Image rows, float... paddedRow) {
    Image padded = grey(1, 8, paddedRow);
    Set<String> expected = new HashSet<>();
    Set<String> expectedTransposed = new HashSet<>();
    float[] columns = new float[16];
    for (int left = 0; left <= 4; left++) {
      float[] row = padded.crop(0, left, 1, 4).values();
      float[] all = new float[16];
      float[] transposed = new float[16];
      for (int i = 0; i < 16; i++) {
        all[i] = row[i % 4];
        transposed[i] = row[i / 4];
        columns[i] = rows.values()[i / 4];
      }
      expected.add(Arrays.toString(all));
      expectedTransposed.add(Arrays.toString(transposed));
    }
    assertEquals(expected, results(PadAndCrop.of(2, mode), rows, 500).keySet());
    Image transposed = grey(4, 4, columns);
    assertEquals(expectedTransposed, results(PadAndCrop.of(2, mode), transposed, 500).keySet());
  }

  @Test
  void aFillValueIsSeenWhereThePictureIsNotAndChannelsMoveTogether() {
    Image image = Image.of(2, 1, 1, new float[] {1, 2});
    Map<String, Integer> got = results(new PadAndCrop(1, Padding.CONSTANT, 0.5f), image, 500);
    assertEquals(Set.of("[1.0, 2.0]", "[0.5, 0.5]"), got.keySet());
    assertFrequency(1.0 / 9, got.get("[1.0, 2.0]"), 500);
    assertKeeps(PadAndCrop.of(0), noise(3, 3, 4));
    assertKeeps(PadAndCrop.of(0, Padding.REFLECT), noise(3, 1, 1));
  }

  @Test
  void randomCropsComeFromAllPlacesEquallyOften() {
    Image image = grey(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    Map<String, Integer> got = results(RandomCrop.of(2), image, 10_000);
    assertEquals(crops(image, 2, 2), got.keySet());
    got.values().forEach(count -> assertFrequency(0.25, count, 10_000));
    assertKeeps(new RandomCrop(3, 4), noise(3, 3, 4));
  }

  @Test
  void theCentreRoundsHalfAPixelToTheEvenNumber() {
    Image row = grey(1, 5, 0, 1, 2, 3, 4);
    assertArrayEquals(new float[] {1, 2, 3}, result(new CenterCrop(1, 3), row));
    // torchvision: int(round(1 / 2.0)) is 0 and int(round(3 / 2.0)) is 2.
    assertArrayEquals(new float[] {0, 1, 2, 3}, result(new CenterCrop(1, 4), row));
    assertArrayEquals(new float[] {2, 3}, result(new CenterCrop(1, 2), row));
  }

  @Test
  void resizingKeepsPlanesAndTheShortSideKeepsProportions() {
    // A plane enlarged twice: inner pixels lie at (i + 0.5) / 2 - 0.5.
    float[] twice = result(Resize.of(8), plane(4, 4, 1, 10, 0));
    assertEquals(1.25 + 10 * 0.75, twice[2 * 8 + 3], 1e-5);
    assertKeeps(new Resize(3, 4), noise(3, 3, 4));
    assertKeeps(ResizeShortSide.of(3), noise(3, 3, 4));
    // torchvision: int(10 * 5 / 3) = 16.
    assertEquals(Shape.of(1, 10, 16), ResizeShortSide.of(10).outputShape(Shape.of(1, 3, 5)));
    assertEquals(Shape.of(1, 16, 10), ResizeShortSide.of(10).outputShape(Shape.of(1, 5, 3)));
    Image wide = noise(2, 3, 5);
    assertArrayEquals(wide.resize(10, 16).values(), result(ResizeShortSide.of(10), wide));
  }

  @Test
  void scaleJitterDrawsTheShortSideFromBothEndsOfItsRangeAndThenCrops() {
    Image image = noise(3, 6, 8);
    Set<Integer> sides = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      RandomStream replay = stream("jitter" + i);
      int side = 5 + replay.nextInt(4);
      sides.add(side);
      Image expected =
          RandomCrop.of(4).apply(ResizeShortSide.of(side).apply(image, replay), replay);
      Image got = ScaleJitterCrop.of(5, 8, 4).apply(image, stream("jitter" + i));
      assertArrayEquals(expected.values(), got.values());
    }
    assertEquals(Set.of(5, 6, 7, 8), sides);
    assertEquals(new ScaleJitterCrop(256, 480, 224, 224), ScaleJitterCrop.resNet());
    assertEquals(
        Shape.of(3, 224, 224), ScaleJitterCrop.resNet().outputShape(Shape.of(3, 375, 500)));
  }

  @Test
  void cropsLargerThanTheImageAreRefusedBeforeTheFirstImage() {
    Shape shape = Shape.of(3, 32, 30);
    assertRefused(
        () -> RandomCrop.of(31).outputShape(shape), "RandomCrop of 31x31", "the image 32x30");
    assertRefused(() -> CenterCrop.of(33).outputShape(shape), "CenterCrop of 33x33", "32x30");
    assertRefused(() -> PadAndCrop.of(31).outputShape(shape), "32x30 by at most 30", "got 31");
    assertRefused(
        () -> PadAndCrop.of(30, Padding.REFLECT).outputShape(shape), "at most 29", "REFLECT");
    assertRefused(() -> CenterCrop.of(4).apply(noise(1, 3, 9), stream("x")), "CenterCrop", "3x9");
    assertRefused(() -> RandomCrop.of(4).outputShape(Shape.of(64)), "images", "[64]");
  }

  @Test
  void badSizesAreRefused() {
    assertRefused(() -> RandomCrop.of(0), "RandomCrop", "got 0x0");
    assertRefused(() -> new CenterCrop(3, -1), "CenterCrop", "got 3x-1");
    assertRefused(() -> new Resize(0, 3), "Resize", "got 0x3");
    assertRefused(() -> ResizeShortSide.of(0), "ResizeShortSide", "got 0");
    assertRefused(() -> PadAndCrop.of(-1), "padding of PadAndCrop", "got -1");
    assertRefused(() -> new PadAndCrop(1, Padding.CONSTANT, Float.NaN), "fill", "NaN");
    assertRefused(() -> ScaleJitterCrop.of(224, 480, 225), "patch of 225x225", "224 to 480");
    assertRefused(() -> ScaleJitterCrop.of(9, 8, 4), "in order", "9 to 8");
    assertRefused(() -> Resize.of(100_000).outputShape(Shape.of(3, 2, 2)), "too large");
    assertRefused(() -> noise(1, 1, 2).resize(50_000, 50_000), "too large", "50000x50000");
  }
}
