package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertFrequency;
import static dev.cambium.data.augment.Pictures.assertKeeps;
import static dev.cambium.data.augment.Pictures.assertRefused;
import static dev.cambium.data.augment.Pictures.grey;
import static dev.cambium.data.augment.Pictures.noise;
import static dev.cambium.data.augment.Pictures.result;
import static dev.cambium.data.augment.Pictures.stream;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlipTest {
  private static final List<SampleTransform> ALWAYS =
      List.of(new HorizontalFlip(1), new VerticalFlip(1));

  @Test
  void aHorizontalFlipReversesRows() {
    Image image = Image.of(2, 2, 3, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    assertArrayEquals(
        new float[] {3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10}, result(ALWAYS.get(0), image));
  }

  @Test
  void aVerticalFlipReversesColumns() {
    Image image = Image.of(2, 3, 2, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    assertArrayEquals(
        new float[] {5, 6, 3, 4, 1, 2, 11, 12, 9, 10, 7, 8}, result(ALWAYS.get(1), image));
  }

  @Test
  void twoFlipsGiveThePictureBack() {
    for (SampleTransform flip : ALWAYS) {
      assertKeeps(Compose.of(flip, flip), noise(3, 4, 5));
      assertKeeps(Compose.of(flip, flip), noise(1, 1, 1));
      assertKeeps(Compose.of(flip, flip), noise(2, 5, 4));
    }
  }

  @Test
  void probabilityZeroNeverFlipsAndOthersAsOftenAsTheySay() {
    assertKeeps(new HorizontalFlip(0), noise(3, 3, 3));
    assertKeeps(new VerticalFlip(0), noise(3, 3, 3));
    RandomStream random = stream("p");
    int horizontal = 0;
    int vertical = 0;
    for (int i = 0; i < 10_000; i++) {
      horizontal +=
          new HorizontalFlip(0.3).apply(grey(1, 2, 0, 1), random).values()[0] == 1 ? 1 : 0;
      vertical += new VerticalFlip(0.3).apply(grey(2, 1, 0, 1), random).values()[0] == 1 ? 1 : 0;
    }
    assertFrequency(0.3, horizontal, 10_000);
    assertFrequency(0.3, vertical, 10_000);
  }

  @Test
  void aMirroredCopyLeavesThePictureAlone() {
    Image image = grey(1, 3, 1, 2, 3);
    assertArrayEquals(new float[] {3, 2, 1}, HorizontalFlip.mirrored(image).values());
    assertArrayEquals(new float[] {1, 2, 3}, image.values());
  }

  @Test
  void probabilitiesOutsideZeroToOneAreRefused() {
    for (double p : new double[] {-0.01, 1.01, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(() -> new HorizontalFlip(p), "p of HorizontalFlip", "[0, 1]", "got " + p);
      assertRefused(() -> new VerticalFlip(p), "p of VerticalFlip", "[0, 1]", "got " + p);
    }
  }
}
