package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Dataset;
import dev.cambium.data.Mnist;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.preprocess.FeatureMoments;
import dev.cambium.data.preprocess.MeanImage;
import dev.cambium.data.preprocess.PrincipalComponents;
import dev.cambium.data.preprocess.Standardization;
import dev.cambium.image.Image;
import dev.cambium.nn.Linear;
import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FittedPreprocessingTest {
  @TempDir Path folder;
  private Dataset train;

  @BeforeEach
  void openData() throws IOException {
    train = Mnist.open(TestData.mnist(folder.resolve("data"), 150, 10)).train();
  }

  @Test
  void theMeanIsThatOfTheTrainingPart() {
    Preprocessing fitted = FittedPreprocessing.centred(train, Linear.of(10), 1).preprocessing();
    assertTrue(fitted instanceof MeanImage);
    assertNotEquals(MeanImage.fit(train), fitted);
  }

  @Test
  void componentsGiveFewerFeaturesAndWhiteImagesOfTheSameShape() {
    List<Preprocessing> both = FittedPreprocessing.rotatedAndWhite(train);
    assertEquals(1, both.get(0).outputShape(train.sampleShape()).rank());
    assertEquals(train.sampleShape(), both.get(1).outputShape(train.sampleShape()));
    assertEquals(
        Shape.of(7), FittedPreprocessing.inARow(train, 7).outputShape(train.sampleShape()));
  }

  @Test
  void partsThatAreReadApartGiveTheStatisticsOfAll() {
    List<float[]> first = new ArrayList<>();
    FeatureMoments second = new FeatureMoments(train.sampleShape());
    for (int i = 0; i < train.size(); i++) {
      float[] sample = new float[train.sampleShape().intSize()];
      train.copy(i, sample, 0);
      if (i < 40) {
        first.add(sample);
      } else {
        second.add(sample);
      }
    }
    Standardization merged = FittedPreprocessing.merged(train.sampleShape(), first, second);
    assertArrayEquals(Standardization.fit(train).mean(), merged.mean(), 1e-6f);
    assertArrayEquals(Standardization.fit(train).std(), merged.std(), 1e-6f);
  }

  @Test
  void componentsAreDrawnTenInARow() throws IOException {
    Path file = folder.resolve("components.png");
    FittedPreprocessing.draw(PrincipalComponents.fit(train), 20, file);
    // Images of 10x10, twice as large, with gaps of 2.
    assertEquals(2 * 22 + 2, Image.read(file).height());
    assertTrue(FittedPreprocessing.seconds(train, 5) > 0);
  }
}
