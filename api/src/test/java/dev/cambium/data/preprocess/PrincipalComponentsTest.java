package dev.cambium.data.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.Digits;
import dev.cambium.data.Subset;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrincipalComponentsTest {
  private static final Shape TWO = Shape.of(2);

  @Test
  void componentsAndVariancesOfASmallExample() {
    PrincipalComponents fitted = PrincipalComponents.fit(Samples.turned());
    // By construction: 2^2 + 2^2 and 1 + 1, each by N - 1 = 3.
    assertArrayEquals(new float[] {5, 7}, fitted.mean(), 1e-6f);
    assertArrayEquals(new float[] {8 / 3f, 2 / 3f}, fitted.variances(), 1e-6f);
    assertArrayEquals(new float[] {0.6f, 0.8f}, fitted.component(0), 1e-6f);
    assertArrayEquals(new float[] {0.8f, -0.6f}, fitted.component(1), 1e-6f);
    assertEquals(1, fitted.share(), 1e-6);
    assertEquals(0.8, fitted.first(1).share(), 1e-6);
  }

  @Test
  void pcaGivesCoordinatesAndTheirInverseTheSample() {
    Pca all = Pca.fit(Samples.turned(), 2);
    assertEquals(TWO, all.outputShape(TWO));
    assertArrayEquals(new float[] {2, 0}, Samples.apply(all, TWO, 6.2f, 8.6f), 1e-6f);
    assertArrayEquals(new float[] {0, -1}, Samples.apply(all, TWO, 4.2f, 7.6f), 1e-6f);
    assertArrayEquals(new float[] {4.2f, 7.6f}, all.inverse(0, -1), 1e-6f);
    Pca first = Pca.fit(Samples.turned(), 1);
    assertEquals(Shape.of(1), first.outputShape(TWO));
    assertArrayEquals(new float[] {2}, Samples.apply(first, TWO, 6.2f, 8.6f), 1e-6f);
    // What the other component holds is lost: 5 + 2 * 0.6, 7 + 2 * 0.8.
    assertArrayEquals(new float[] {6.2f, 8.6f}, first.inverse(2), 1e-6f);
  }

  @Test
  void aResultMayBeWrittenOverItsSampleAtAnOffset() {
    Pca fitted = Pca.fit(Samples.turned(), 2);
    float[] values = {9, 6.2f, 8.6f, 9};
    fitted.apply(values, 1, values, 1, TWO);
    assertArrayEquals(new float[] {9, 2, 0, 9}, values, 1e-6f);
  }

  @Test
  void aPublishedExampleComesOut() {
    // L. Smith, "A Tutorial on Principal Components Analysis" (2002), data and results.
    Dataset data =
        Samples.of(
            TWO, 2.5f, 2.4f, .5f, .7f, 2.2f, 2.9f, 1.9f, 2.2f, 3.1f, 3.0f, 2.3f, 2.7f, 2, 1.6f, 1,
            1.1f, 1.5f, 1.6f, 1.1f, .9f);
    PrincipalComponents fitted = PrincipalComponents.fit(data);
    assertArrayEquals(new float[] {1.28402771f, .0490833989f}, fitted.variances(), 1e-6f);
    assertArrayEquals(new float[] {.677873399f, .735178656f}, fitted.component(0), 1e-6f);
    assertArrayEquals(
        new float[] {-.735178656f, .677873399f}, scaled(fitted.component(1), -1), 1e-6f);
  }

  private static float[] scaled(float[] values, float factor) {
    float[] out = values.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] *= factor;
    }
    return out;
  }

  @Test
  void aTurnedGaussianIsTurnedBack() {
    RandomStream random = new RandomStream(11, "turned");
    int count = 40_000;
    float[] values = new float[2 * count];
    for (int i = 0; i < count; i++) {
      double along = 3 * random.nextGaussian();
      double across = random.nextGaussian();
      values[2 * i] = (float) (0.8 * along - 0.6 * across);
      values[2 * i + 1] = (float) (0.6 * along + 0.8 * across);
    }
    PrincipalComponents fitted = PrincipalComponents.fit(Samples.of(TWO, values));
    // A variance v has the standard error v sqrt(2 / N): four of them.
    assertEquals(9, fitted.variances()[0], 4 * 9 * Math.sqrt(2.0 / count));
    assertEquals(1, fitted.variances()[1], 4 * Math.sqrt(2.0 / count));
    // An angle has sqrt(l1 l2 / N) / (l1 - l2) = 3 / 8 / 200.
    assertArrayEquals(new float[] {0.8f, 0.6f}, fitted.component(0), 0.008f);
  }

  @Test
  void aShareOfTheVarianceDecidesHowManyAreKept() {
    Dataset data = Samples.turned();
    assertEquals(1, Pca.fitShare(data, 0.5).components().count());
    assertEquals(1, Pca.fitShare(data, 0.8).components().count());
    assertEquals(2, Pca.fitShare(data, 0.81).components().count());
    assertEquals(2, Pca.fitShare(data, 1).components().count());
    for (double share : new double[] {0, -0.1, 1.01, Double.NaN}) {
      assertMessage("above 0 and at most 1, got " + share, () -> Pca.fitShare(data, share));
    }
    PrincipalComponents one = PrincipalComponents.fit(data, 1);
    assertMessage("these 1 components have 0.8000", () -> one.withShare(0.9));
  }

  @Test
  void theFirstFewAreThoseOfAll() {
    // 784 features and 20 components: by subspace iteration, not by the whole decomposition.
    Dataset digits = Digits.open(1, 400, 1).train();
    FeatureCovariance covariance = FeatureCovariance.fit(digits);
    PrincipalComponents few = PrincipalComponents.of(covariance, 20);
    PrincipalComponents all = PrincipalComponents.of(covariance);
    assertEquals(all.first(20).share(), few.share(), 1e-6);
    for (int c = 0; c < 20; c++) {
      assertEquals(all.variances()[c], few.variances()[c], 1e-5 * all.variances()[c]);
      assertArrayEquals(all.component(c), few.component(c), 1e-4f);
    }
    // 400 samples span 399 directions: the rest is rounding, and says so.
    assertEquals(0, all.variances()[399]);
    assertTrue(all.variances()[390] > 0);
  }

  @Test
  void fewOfAMatrixOfLowRankOrOfEqualEigenvalues() {
    int n = 600;
    double[][] low = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        low[i][j] = 1 + (i % 2 == j % 2 ? 1 : -1) * 0.5;
      }
    }
    EigenPairs pairs = EigenPairs.largest(low, 4);
    // n * (ones/sqrt(n)), n/2 * (alternating/sqrt(n)), and nothing else.
    assertArrayEquals(new double[] {n, n / 2.0, 0, 0}, pairs.values(), 1e-9 * n);
    assertEquals(1 / Math.sqrt(n), pairs.vectors()[0][7], 1e-9);
    assertOrthonormal(pairs.vectors());
    double[][] identity = new double[n][n];
    for (int i = 0; i < n; i++) {
      identity[i][i] = 1;
    }
    EigenPairs equal = EigenPairs.largest(identity, 5);
    assertArrayEquals(new double[] {1, 1, 1, 1, 1}, equal.values(), 1e-12);
    assertOrthonormal(equal.vectors());
    EigenPairs zero = EigenPairs.largest(new double[n][n], 2);
    assertArrayEquals(new double[] {0, 0}, zero.values());
    assertOrthonormal(zero.vectors());
  }

  @Test
  void aSpectrumThatHardlyFallsIsDecomposedWhole() {
    // The ratio of the 23rd and the first eigenvalue is 1 - 2.2e-5: iteration would take for ever.
    int n = 512;
    double[][] flat = new double[n][n];
    for (int i = 0; i < n; i++) {
      flat[i][i] = 1 - i * 1e-6;
    }
    EigenPairs pairs = EigenPairs.largest(flat, 3);
    assertArrayEquals(new double[] {1, 1 - 1e-6, 1 - 2e-6}, pairs.values(), 1e-12);
    assertEquals(1, pairs.vectors()[1][1], 1e-9);
  }

  private static void assertOrthonormal(double[][] vectors) {
    for (int a = 0; a < vectors.length; a++) {
      for (int b = 0; b <= a; b++) {
        double product = 0;
        for (int i = 0; i < vectors[a].length; i++) {
          product += vectors[a][i] * vectors[b][i];
        }
        assertEquals(a == b ? 1 : 0, product, 1e-9);
      }
    }
  }

  @Test
  void theSignOfEachComponentIsFixed() {
    PrincipalComponents fitted = PrincipalComponents.fit(Samples.correlated(200, Shape.of(9), 0));
    for (int c = 0; c < 9; c++) {
      float[] component = fitted.component(c);
      float[] sorted = component.clone();
      Arrays.sort(sorted);
      assertTrue(sorted[8] > -sorted[0], Arrays.toString(component));
    }
  }

  @Test
  void constantDataHaveComponentsWithoutVariance() {
    Dataset constant = Samples.of(Shape.of(3), 1, 2, 3, 1, 2, 3);
    Pca fitted = Pca.fit(constant, 2);
    assertArrayEquals(new float[] {0, 0}, fitted.components().variances());
    assertArrayEquals(new float[] {0, 0}, Samples.apply(fitted, constant, 0));
    assertEquals(1, fitted.components().share());
    assertMessage("all training samples are equal", () -> Pca.fitShare(constant, 0.9));
  }

  @Test
  void componentsAreShownAroundGrey() {
    Dataset data = Samples.of(Shape.of(1, 1, 2), 6.2f, 8.6f, 3.8f, 5.4f, 5.8f, 6.4f, 4.2f, 7.6f);
    List<Image> pictures = PrincipalComponents.fit(data).componentPictures(2);
    // 0.5 + v / (2 max |v|) of (0.6, 0.8) and (0.8, -0.6).
    assertArrayEquals(new float[] {0.875f, 1}, pictures.get(0).values(), 1e-6f);
    assertArrayEquals(new float[] {1, 0.125f}, pictures.get(1).values(), 1e-6f);
    assertArrayEquals(
        new float[] {5, 7}, PrincipalComponents.fit(data).meanPicture().values(), 1e-6f);
  }

  @Test
  void badInputIsRefusedWithWhatWasExpected() {
    Dataset data = Samples.turned();
    assertThrows(DatasetException.class, () -> Pca.fit(new Subset(data), 1));
    assertMessage("needs at least 2 training samples", () -> Pca.fit(new Subset(data, 0), 1));
    for (int count : new int[] {0, -1, 3}) {
      assertMessage(
          "must be of 1 to 2, the number of features, got " + count, () -> Pca.fit(data, count));
    }
    Pca fitted = Pca.fit(data, 1);
    assertMessage("fitted on samples of shape [2]", () -> fitted.outputShape(Shape.of(1, 2)));
    assertMessage(
        "fitted on samples of shape [2]",
        () -> fitted.apply(new float[3], 0, new float[3], 0, Shape.of(3)));
    assertMessage("needs 1 numbers, got 2", () -> fitted.inverse(1, 2));
    assertMessage("that there are, got 2", () -> fitted.components().first(2));
  }

  private static void assertMessage(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
