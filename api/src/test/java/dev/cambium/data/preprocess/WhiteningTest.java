package dev.cambium.data.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.PreprocessedDataset;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.Subset;
import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import org.junit.jupiter.api.Test;

class WhiteningTest {
  private static final Shape TWO = Shape.of(2);

  @Test
  void aSmallExampleByHand() {
    Dataset data = Samples.turned();
    // The first sample is 2 along (0.6, 0.8), of variance 8/3: 2 / sqrt(8/3) = sqrt(3/2).
    float white = (float) Math.sqrt(1.5);
    assertArrayEquals(
        new float[] {white, 0}, Samples.apply(Whitening.fitPca(data, 2, 0), data, 0), 2e-6f);
    assertArrayEquals(
        new float[] {0.6f * white, 0.8f * white},
        Samples.apply(Whitening.fitZca(data, 0), data, 0),
        2e-6f);
    // With epsilon 4/3 the variance is 4: 2 / 2.
    assertArrayEquals(
        new float[] {0.6f, 0.8f}, Samples.apply(Whitening.fitZca(data, 4 / 3.0), data, 0), 2e-6f);
  }

  @Test
  void whiteDataHaveTheIdentityAsCovariance() {
    Dataset data = Samples.correlated(500, Shape.of(2, 2, 3), 5);
    PrincipalComponents components = PrincipalComponents.fit(data);
    for (Preprocessing whitening :
        new Preprocessing[] {Whitening.pca(components, 0), Whitening.zca(components, 0)}) {
      FeatureCovariance white = FeatureCovariance.fit(new PreprocessedDataset(data, whitening));
      double[][] covariance = white.covariance();
      for (int i = 0; i < 12; i++) {
        assertEquals(0, white.mean()[i], 1e-4);
        for (int j = 0; j < 12; j++) {
          assertEquals(i == j ? 1 : 0, covariance[i][j], 1e-3);
        }
      }
    }
  }

  @Test
  void zcaLeavesWhiteDataAsTheyAre() {
    // Variances 2 * 1.5 / 3 = 1 along both axes, mean 0.
    float unit = (float) Math.sqrt(1.5);
    Dataset white = Samples.of(TWO, unit, 0, -unit, 0, 0, unit, 0, -unit);
    Whitening zca = Whitening.fitZca(white, 0);
    assertArrayEquals(new float[] {0.3f, -2}, Samples.apply(zca, TWO, 0.3f, -2), 1e-6f);
  }

  @Test
  void theInverseGivesTheSampleBack() {
    Shape shape = Shape.of(1, 3, 4);
    Dataset data = Samples.correlated(300, shape, -3);
    PrincipalComponents components = PrincipalComponents.fit(data);
    float[] sample = new float[12];
    data.copy(17, sample, 0);
    for (Whitening whitening :
        new Whitening[] {Whitening.pca(components, 0.1), Whitening.zca(components, 0.1)}) {
      assertArrayEquals(sample, whitening.inverse(Samples.apply(whitening, shape, sample)), 1e-4f);
    }
  }

  @Test
  void aDirectionWithoutVarianceGivesZeroOrIsHeldByEpsilon() {
    Dataset line = Samples.of(TWO, 1, 5, 3, 5);
    // Variance 2 along the first feature, none along the second.
    float white = (float) (1 / Math.sqrt(2));
    assertArrayEquals(
        new float[] {white, 0}, Samples.apply(Whitening.fitZca(line, 0), TWO, 3, 9), 1e-6f);
    assertArrayEquals(
        new float[] {0.5f, 2}, Samples.apply(Whitening.fitZca(line, 2), TWO, 3, 7.828427f), 1e-6f);
    Dataset constant = Samples.of(TWO, 1, 5, 1, 5);
    assertArrayEquals(
        new float[] {0, 0}, Samples.apply(Whitening.fitZca(constant, 0), constant, 1));
    assertArrayEquals(
        new float[] {0, 0}, Samples.apply(Whitening.fitPca(constant, 2, 0), constant, 1));
  }

  @Test
  void aWhiteSampleIsAPicture() {
    Shape shape = Shape.of(1, 1, 2);
    Dataset data = Samples.of(shape, 6.2f, 8.6f, 3.8f, 5.4f, 5.8f, 6.4f, 4.2f, 7.6f);
    Image first = Image.of(1, 1, 2, new float[] {6.2f, 8.6f});
    // In the ratio of 0.6 and 0.8, around grey.
    assertArrayEquals(
        new float[] {0.875f, 1}, Whitening.fitZca(data, 0).whitePicture(first).values(), 1e-5f);
    Whitening pca = Whitening.fitPca(data, 2, 0);
    assertThrows(IllegalStateException.class, () -> pca.whitePicture(first));
  }

  @Test
  void theStepsOfAChainFollowEachOther() {
    Dataset data = Samples.turned();
    MeanImage mean = MeanImage.of(TWO, 5, 7);
    PreprocessedDataset centred = new PreprocessedDataset(data, mean);
    Preprocessing chain = mean.andThen(Pca.fit(centred, 1)).andThen(Preprocessing.NONE);
    assertEquals(Shape.of(1), chain.outputShape(TWO));
    assertArrayEquals(new float[] {2}, Samples.apply(chain, data, 0), 1e-6f);
    float[] values = {7, 6.2f, 8.6f};
    chain.apply(values, 1, values, 1, TWO);
    assertArrayEquals(new float[] {7, 2, 8.6f}, values, 1e-6f);
    assertThrows(IllegalArgumentException.class, () -> chain.outputShape(Shape.of(3)));
  }

  @Test
  void badInputIsRefusedWithWhatWasExpected() {
    Dataset data = Samples.turned();
    for (double epsilon : new double[] {-1e-9, Double.NaN, Double.POSITIVE_INFINITY}) {
      String expected = "epsilon of a whitening must be finite and not negative, got " + epsilon;
      assertMessage(expected, () -> Whitening.fitZca(data, epsilon));
      assertMessage(expected, () -> Whitening.fitPca(data, 1, epsilon));
      assertMessage(expected, () -> Whitening.zca(PrincipalComponents.fit(data), epsilon));
    }
    assertThrows(DatasetException.class, () -> Whitening.fitZca(new Subset(data), 0));
    assertMessage("needs at least 2", () -> Whitening.fitZca(new Subset(data, 1), 0));
    assertMessage("of 1 to 2", () -> Whitening.fitPca(data, 3, 0));
    Whitening fitted = Whitening.fitZca(data, 0);
    assertMessage("fitted on samples of shape [2]", () -> fitted.outputShape(Shape.of(3)));
    assertMessage("needs 2 numbers, got 3", () -> fitted.inverse(1, 2, 3));
  }

  private static void assertMessage(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
