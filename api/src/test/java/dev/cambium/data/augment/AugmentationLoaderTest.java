package dev.cambium.data.augment;

import static dev.cambium.data.augment.Pictures.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.cambium.data.Batch;
import dev.cambium.data.DataLoader;
import dev.cambium.data.Dataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AugmentationLoaderTest {
  private static final Dataset DATA = Pictures.dataset(40, 3, 18, 16);

  private static final List<SampleTransform> ALL =
      List.of(
          HorizontalFlip.of(),
          VerticalFlip.of(),
          PadAndCrop.of(4),
          PadAndCrop.of(3, Padding.REFLECT),
          new RandomCrop(12, 10),
          CenterCrop.of(11),
          Resize.of(20),
          ResizeShortSide.of(12),
          RandomResizedCrop.of(14),
          ScaleJitterCrop.of(16, 22, 14),
          ColorJitter.of(0.4, 0.4, 0.4, 0.1),
          new Grayscale(0.5),
          PcaLighting.fit(DATA),
          RandomAffine.identity().rotate(20).translate(0.1).scale(0.8, 1.2).shear(9),
          LensDistortion.of(0.3),
          GaussianNoise.of(0.1),
          Cutout.of(5),
          RandomApply.of(new Brightness(1.5), 0.5),
          OneOf.of(new Contrast(0.5), new Saturation(2), new Hue(0.3)),
          Compose.of(HorizontalFlip.of(), PadAndCrop.of(4), ColorJitter.of(0.4, 0.4, 0.4, 0.1)));

  private static List<float[]> batches(SampleTransform transform, int threads) {
    List<float[]> all = new ArrayList<>();
    try (DataLoader loader =
        DataLoader.builder(DATA, 7).threads(threads).shuffle(3).transform(transform, 5).build()) {
      for (int epoch = 0; epoch < 2; epoch++) {
        for (Batch batch : loader.epoch(epoch)) {
          all.add(batch.images().toFloats());
        }
      }
    }
    return all;
  }

  @Test
  void threadsDoNotChangeABit() {
    for (SampleTransform transform : ALL) {
      List<float[]> one = batches(transform, 1);
      List<float[]> four = batches(transform, 4);
      assertEquals(one.size(), four.size());
      for (int i = 0; i < one.size(); i++) {
        assertArrayEquals(one.get(i), four.get(i), transform.toString());
      }
    }
  }

  @Test
  void aLoadedSampleIsWhatTheTransformMakesOfItsOwnStream() {
    for (SampleTransform transform : ALL) {
      try (DataLoader loader = DataLoader.builder(DATA, 40).transform(transform, 5).build()) {
        Shape shape = transform.outputShape(DATA.sampleShape());
        assertEquals(shape, loader.sampleShape());
        float[] batch = loader.epoch(2).next().images().toFloats();
        int length = shape.intSize();
        Image expected = transform.apply(DATA.image(17), new RandomStream(5, "transform/2/17"));
        assertArrayEquals(
            expected.values(),
            Arrays.copyOfRange(batch, 17 * length, 18 * length),
            transform.toString());
      }
    }
  }

  @Test
  void randomTransformsChangeWithTheEpoch() {
    for (SampleTransform transform : ALL) {
      boolean fixed =
          transform instanceof CenterCrop
              || transform instanceof Resize
              || transform instanceof ResizeShortSide;
      try (DataLoader loader = DataLoader.builder(DATA, 40).transform(transform, 5).build()) {
        float[] first = loader.epoch(0).next().images().toFloats();
        float[] second = loader.epoch(1).next().images().toFloats();
        assertEquals(fixed, Arrays.equals(first, second), transform.toString());
      }
    }
  }

  @Test
  void nanPixelsGoThroughEverything() {
    for (SampleTransform transform : ALL) {
      Image image = DATA.image(3);
      Arrays.fill(image.values(), Float.NaN);
      float[] got = transform.apply(image, new RandomStream(1, "nan")).values();
      int nan = 0;
      for (float value : got) {
        nan += Float.isNaN(value) ? 1 : 0;
      }
      assertFalse(nan < got.length / 4, transform + " lost NaN");
    }
  }

  @Test
  void aTransformThatDoesNotFitIsRefusedWhenTheLoaderIsBuilt() {
    for (SampleTransform wrong : List.of(RandomCrop.of(17), CenterCrop.of(17), PadAndCrop.of(17))) {
      DataLoader.Builder builder = DataLoader.builder(DATA, 4).transform(wrong, 1);
      assertRefused(builder::build, wrong.getClass().getSimpleName(), "18x16");
    }
    DataLoader.Builder grey =
        DataLoader.builder(Pictures.dataset(4, 1, 8, 8), 2).transform(PcaLighting.imageNet(), 1);
    assertRefused(grey::build, "PcaLighting", "3 channels");
  }
}
