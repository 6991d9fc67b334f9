package dev.cambium.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.cambium.data.DataLoader;
import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.image.ImageGrid;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code of {@code docs/augmentation.md}. */
class AugmentationGuideTest {
  private final Dataset train = Pictures.dataset(8, 3, 32, 32);

  private SampleTransform recipe() {
    SampleTransform augmentation =
        Compose.of(
            HorizontalFlip.of(),
            PadAndCrop.of(4),
            RandomApply.of(ColorJitter.of(0.4, 0.4, 0.4, 0.1), 0.8),
            PcaLighting.fit(train),
            OneOf.of(RandomAffine.identity().rotate(10).shear(5), LensDistortion.of(0.2)),
            Cutout.of(8));
    return augmentation;
  }

  @Test
  void theRecipeTrains() {
    SampleTransform augmentation = recipe();
    DataLoader.Builder loader = DataLoader.builder(train, 8).shuffle(1).transform(augmentation, 1);
    try (DataLoader batches = loader.build()) {
      assertEquals(Shape.of(3, 32, 32), batches.sampleShape());
      float[] first = batches.epoch(0).next().images().toFloats();
      assertFalse(Arrays.equals(first, batches.epoch(1).next().images().toFloats()));
    }
  }

  @Test
  void oneSampleIsDrawnInManyVariants() {
    SampleTransform augmentation = recipe();
    List<Image> variants = new ArrayList<>();
    for (int epoch = 0; epoch < 16; epoch++) {
      RandomStream random = new RandomStream(1, "transform/" + epoch + "/0");
      variants.add(augmentation.apply(train.image(0), random));
    }
    Image picture = ImageGrid.ofColumns(8).zoom(4).draw(variants);
    assertEquals(2 + 2 * (4 * 32 + 2), picture.height());
  }

  @Test
  void viewsAreListedInOrder() {
    Image image = train.image(0);
    List<Image> views = TenCrop.of(28).of(image);
    assertEquals(10, views.size());
    assertArrayEquals(image.crop(0, 0, 28, 28).values(), views.get(0).values());
  }

  @Test
  void aListOfNamesMakesTheSame() {
    SampleTransform augmentation = Augmentations.parse("flip,crop:4,colour:0.4,hue:0.1", train);
    assertEquals(
        Compose.of(
            HorizontalFlip.of(),
            PadAndCrop.of(4),
            ColorJitter.of(0.4, 0.4, 0.4, 0),
            ColorJitter.of(0, 0, 0, 0.1)),
        augmentation);
  }
}
