package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertKeeps;
import static dev.cambium.data.augment.Pictures.assertRefused;
import static dev.cambium.data.augment.Pictures.noise;
import static dev.cambium.data.augment.Pictures.stream;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import org.junit.jupiter.api.Test;

class RandomResizedCropTest {
  @Test
  void partsKeepToScaleAndRatioButForRoundingToPixels() {
    RandomResizedCrop crop = RandomResizedCrop.of(8).scale(0.1, 0.5);
    RandomStream random = stream("parts");
    double sum = 0;
    boolean topLeft = false;
    boolean bottomRight = false;
    for (int i = 0; i < 10_000; i++) {
      RandomResizedCrop.Part part = crop.part(120, 160, random);
      double h = part.height();
      double w = part.width();
      assertTrue((w - 0.5) * (h - 0.5) <= 0.5 * 120 * 160, part::toString);
      assertTrue((w + 0.5) * (h + 0.5) >= 0.1 * 120 * 160, part::toString);
      assertTrue((w - 0.5) / (h + 0.5) <= 4.0 / 3, part::toString);
      assertTrue((w + 0.5) / (h - 0.5) >= 3.0 / 4, part::toString);
      assertTrue(part.top() >= 0 && part.top() + h <= 120, part::toString);
      assertTrue(part.left() >= 0 && part.left() + w <= 160, part::toString);
      topLeft |= part.top() == 0 && part.left() == 0;
      bottomRight |= part.top() + h == 120 && part.left() + w == 160;
      sum += w * h / (120 * 160);
    }
    assertTrue(topLeft && bottomRight, "all places are reached");
    // The mean of U(0.1, 0.5) is 0.3 and its deviation 0.4 / sqrt(12); 0.001 is for rounding.
    assertEquals(0.3, sum / 10_000, 4 * 0.4 / Math.sqrt(12 * 10_000) + 0.001);
  }

  @Test
  void theRatioIsUniformInItsLogarithm() {
    RandomResizedCrop crop = RandomResizedCrop.of(8).scale(0.01, 0.01).ratio(0.25, 4);
    RandomStream random = stream("ratio");
    int wide = 0;
    int veryWide = 0;
    for (int i = 0; i < 10_000; i++) {
      RandomResizedCrop.Part part = crop.part(3000, 3000, random);
      wide += part.width() > part.height() ? 1 : 0;
      veryWide += part.width() > 2 * part.height() ? 1 : 0;
    }
    Pictures.assertFrequency(0.5, wide, 10_000);
    Pictures.assertFrequency(0.25, veryWide, 10_000);
  }

  @Test
  void whatNeverFitsBecomesTheLargestCentredPart() {
    RandomResizedCrop square = RandomResizedCrop.of(8).scale(1, 1).ratio(1, 1);
    assertEquals(new RandomResizedCrop.Part(0, 45, 10, 10), square.part(10, 100, stream("wide")));
    assertEquals(new RandomResizedCrop.Part(45, 0, 10, 10), square.part(100, 10, stream("tall")));
    // torchvision would cut off 0 rows here: round(1 / 10).
    assertEquals(
        new RandomResizedCrop.Part(0, 0, 1, 1),
        RandomResizedCrop.of(8).scale(1, 1).ratio(10, 10).part(1, 1, stream("one")));
  }

  @Test
  void thePartIsResizedAndTheWholePictureStays() {
    Image image = noise(3, 6, 9);
    RandomResizedCrop crop = new RandomResizedCrop(4, 5, Range.of(0.2, 0.9), Range.of(0.5, 2));
    RandomResizedCrop.Part part = crop.part(6, 9, stream("test"));
    Image expected = image.crop(part.top(), part.left(), part.height(), part.width()).resize(4, 5);
    assertArrayEquals(expected.values(), Pictures.result(crop, image));
    assertEquals(Shape.of(3, 4, 5), crop.outputShape(Shape.of(3, 6, 9)));
    assertKeeps(RandomResizedCrop.of(6).scale(1, 1).ratio(1, 1), noise(3, 6, 6));
  }

  @Test
  void badRangesAreRefused() {
    RandomResizedCrop crop = RandomResizedCrop.of(8);
    assertRefused(() -> RandomResizedCrop.of(0), "RandomResizedCrop", "got 0x0");
    assertRefused(() -> crop.scale(0, 1), "scale", "positive", "got 0.0..1.0");
    assertRefused(() -> crop.scale(0.5, 1.1), "scale", "[0.0, 1.0]", "got 0.5..1.1");
    assertRefused(() -> crop.scale(0.5, 0.4), "a range", "got 0.5 to 0.4");
    assertRefused(() -> crop.ratio(-1, 1), "ratio", "positive", "got -1.0..1.0");
    assertRefused(() -> crop.ratio(1, Double.POSITIVE_INFINITY), "finite", "Infinity");
    assertRefused(() -> crop.ratio(Double.NaN, 1), "finite", "NaN");
  }
}
