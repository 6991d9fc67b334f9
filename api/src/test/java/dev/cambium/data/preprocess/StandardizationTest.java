package dev.cambium.data.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.Subset;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StandardizationTest {
  private static final Shape FOUR = Shape.of(4);

  /** The lecture's X, 10 examples of 4 features, as printed. */
  private static final float[] X = {
    0.4822f, 0.2837f, 0.6833f, 0.9955f,
    0.1640f, 0.0252f, 0.2801f, 0.5854f,
    0.7129f, 0.8695f, 0.2564f, 0.8241f,
    0.7037f, 0.8237f, 0.2027f, 0.1058f,
    0.6759f, 0.2490f, 0.0476f, 0.3699f,
    0.5486f, 0.4739f, 0.2690f, 0.7482f,
    0.4623f, 0.5303f, 0.5062f, 0.1874f,
    0.3652f, 0.8691f, 0.6733f, 0.3607f,
    0.4448f, 0.8708f, 0.8118f, 0.7951f,
    0.2013f, 0.6639f, 0.5152f, 0.7776f
  };

  /** The lecture's standardised X. */
  private static final float[] STANDARDISED = {
    0.0315f, -0.9264f, 1.0390f, 1.3959f,
    -1.6070f, -1.7749f, -0.5799f, 0.0346f,
    1.2192f, 0.9964f, -0.6751f, 0.8270f,
    1.1719f, 0.8461f, -0.8909f, -1.5573f,
    1.0287f, -1.0402f, -1.5134f, -0.6806f,
    0.3735f, -0.3019f, -0.6247f, 0.5749f,
    -0.0709f, -0.1170f, 0.3280f, -1.2866f,
    -0.5710f, 0.9953f, 0.9986f, -0.7111f,
    -0.1611f, 1.0008f, 1.5545f, 0.7308f,
    -1.4149f, 0.3216f, 0.3639f, 0.6725f
  };

  @Test
  void theLecturesExampleComesOut() {
    Dataset data = Samples.of(FOUR, X);
    Standardization fitted = Standardization.fit(data);
    // Printed with four digits, from an X that had more: half a unit of the last, and a little.
    assertArrayEquals(new float[] {.4761f, .5659f, .4246f, .5750f}, fitted.mean(), 1e-4f);
    assertArrayEquals(new float[] {.1942f, .3047f, .2491f, .3013f}, fitted.std(), 1e-4f);
    for (int i = 0; i < 10; i++) {
      float[] expected = Arrays.copyOfRange(STANDARDISED, 4 * i, 4 * i + 4);
      assertArrayEquals(expected, Samples.apply(fitted, data, i), 5e-4f);
    }
  }

  @Test
  void theDenominatorIsAChoice() {
    Dataset data = Samples.of(Shape.of(1), 1, 3);
    // Squares (1 + 1): by 1 and by 2.
    assertArrayEquals(
        new float[] {(float) Math.sqrt(2)}, Standardization.fit(data, Deviation.SAMPLE).std());
    assertArrayEquals(new float[] {1}, Standardization.fit(data, Deviation.POPULATION).std());
  }

  @Test
  void constantFeaturesAreCentredAndNotScaled() {
    Dataset data = Samples.of(Shape.of(3), 0, 0.1f, 1e-30f, 2, 0.1f, 3e-30f);
    Standardization fitted = Standardization.fit(data);
    assertEquals(1, fitted.std()[1]);
    // (1 - mean 1) / sqrt(2), 1 - mean 0.1, and (1e-30 - 2e-30) / (sqrt(2) 1e-30).
    float root = (float) Math.sqrt(0.5);
    assertArrayEquals(
        new float[] {0, 0.9f, -root},
        Samples.apply(fitted, data.sampleShape(), 1, 1, 1e-30f),
        2e-7f);
    // What is small and varies is no constant.
    assertEquals((float) (Math.sqrt(2) * 1e-30), fitted.std()[2], 1e-36f);
    Dataset one = Samples.of(Shape.of(2), 5, 6);
    assertArrayEquals(
        new float[] {0, 0}, Samples.apply(Standardization.fit(one, Deviation.POPULATION), one, 0));
  }

  @Test
  void theDeviationIsAPictureWhoseLargestIsWhite() {
    Standardization fitted =
        Standardization.of(Shape.of(1, 1, 2), new float[] {.2f, .4f}, new float[] {.5f, .25f});
    assertArrayEquals(new float[] {.2f, .4f}, fitted.meanPicture().values());
    assertArrayEquals(new float[] {1, .5f}, fitted.stdPicture().values());
    Standardization flat = Standardization.fit(Samples.of(FOUR, X));
    assertTrue(
        assertThrows(IllegalStateException.class, flat::meanPicture)
            .getMessage()
            .contains("[4] are not images"));
  }

  @Test
  void badInputIsRefusedWithWhatWasExpected() {
    Dataset data = Samples.of(FOUR, X);
    Dataset none = new Subset(data);
    assertThrows(DatasetException.class, () -> Standardization.fit(none));
    assertMessage("with N - 1 needs at least 2", () -> Standardization.fit(new Subset(data, 3)));
    Standardization fitted = Standardization.fit(data);
    assertMessage("fitted on samples of shape [4]", () -> fitted.outputShape(Shape.of(5)));
    assertMessage(
        "fitted on samples of shape [4]",
        () -> fitted.apply(new float[5], 0, new float[5], 0, Shape.of(5)));
    assertMessage(
        "std of a standardization must be positive, got 0.0",
        () -> Standardization.of(Shape.of(1), new float[] {1}, new float[] {0}));
    assertMessage(
        "needs 2 numbers, got 1",
        () -> Standardization.of(Shape.of(2), new float[] {1}, new float[] {1, 1}));
  }

  @Test
  void samplesThatAreNotFiniteAreNamed() {
    Dataset data = Samples.of(Shape.of(2, 1, 2), 1, 2, 3, 4, 5, 6, Float.NaN, 8);
    for (Runnable fit :
        new Runnable[] {
          () -> Standardization.fit(data),
          () -> MeanImage.fit(data),
          () -> ChannelStandardization.fit(data),
          () -> ChannelStandardization.fitMean(data),
          () -> PrincipalComponents.fit(data)
        }) {
      String message = assertThrows(DatasetException.class, fit::run).getMessage();
      assertTrue(message.startsWith("sample 1 is NaN at [1, 0, 0]"), message);
    }
  }

  private static void assertMessage(String part, Runnable action) {
    String message = assertThrows(IllegalArgumentException.class, action::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
