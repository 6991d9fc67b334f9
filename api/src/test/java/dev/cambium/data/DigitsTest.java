package dev.cambium.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class DigitsTest {
  @Test
  void thereAreAsManyOfEachDigitAndAnySampleCanBeDrawnAlone() {
    DataSplits digits = Digits.open(5, 40, 20);
    assertEquals(Shape.of(1, 28, 28), digits.train().sampleShape());
    assertArrayEquals(new int[] {4, 4, 4, 4, 4, 4, 4, 4, 4, 4}, digits.train().classCounts());
    assertArrayEquals(digits.train().image(33).values(), Digits.draw(5, "train", 33).values());
    assertArrayEquals(digits.test().image(7).values(), Digits.draw(5, "test", 7).values());
    assertEquals(3, digits.train().label(33));
  }

  @Test
  void theSameSeedGivesTheSameBytesOnEveryMachine() {
    CRC32 checksum = new CRC32();
    for (int i = 0; i < 100; i++) {
      checksum.update(Digits.draw(1, "train", i).toBytes());
    }
    // Recorded from this drawing; it changes only when the drawing is changed on purpose.
    assertEquals("b5b3a656", Long.toHexString(checksum.getValue()));
  }

  @Test
  void anotherSeedPartOrIndexGivesAnotherPicture() {
    int first = Arrays.hashCode(Digits.draw(1, "train", 4).toBytes());
    assertNotEquals(first, Arrays.hashCode(Digits.draw(2, "train", 4).toBytes()));
    assertNotEquals(first, Arrays.hashCode(Digits.draw(1, "test", 4).toBytes()));
    assertNotEquals(first, Arrays.hashCode(Digits.draw(1, "train", 14).toBytes()));
  }

  @Test
  void theInkStandsInTheMiddleAndTheBorderIsPaper() {
    double middle = 0;
    double border = 0;
    for (int i = 0; i < 200; i++) {
      float[] values = Digits.draw(3, "train", i).values();
      for (int p = 0; p < 784; p++) {
        int y = p / 28;
        int x = p % 28;
        if (y < 2 || y >= 26 || x < 2 || x >= 26) {
          border += values[p] / (200.0 * (784 - 24 * 24));
        } else if (y >= 7 && y < 21 && x >= 7 && x < 21) {
          middle += values[p] / (200.0 * 14 * 14);
        }
      }
    }
    // Paper is at most 0.12 with noise of 0.08; strokes cover about a third of the middle.
    assertTrue(border < 0.15 && middle > 0.2, "border " + border + ", middle " + middle);
  }

  @Test
  void aLinearClassifierLearnsSomethingAndNotEnough() {
    DataSplits digits = Digits.open(1);
    double[] weights = new double[10 * 785];
    RandomStream random = new RandomStream(1, "order");
    float[] x = new float[784];
    for (int step = 0; step < 30_000; step++) {
      int i = random.nextInt(Digits.TRAIN);
      digits.train().copy(i, x, 0);
      double[] p = probabilities(weights, x);
      p[digits.train().label(i)] -= 1;
      double rate = 0.05 / (1 + step / 10_000.0);
      for (int c = 0; c < 10; c++) {
        for (int j = 0; j < 784; j++) {
          weights[c * 785 + j] -= rate * p[c] * x[j];
        }
        weights[c * 785 + 784] -= rate * p[c];
      }
    }
    int right = 0;
    for (int i = 0; i < Digits.TEST; i++) {
      digits.test().copy(i, x, 0);
      double[] p = probabilities(weights, x);
      int best = 0;
      for (int c = 1; c < 10; c++) {
        best = p[c] > p[best] ? c : best;
      }
      right += best == digits.test().label(i) ? 1 : 0;
    }
    double accuracy = right / (double) Digits.TEST;
    assertTrue(accuracy > 0.6 && accuracy < 0.92, "accuracy of softmax regression " + accuracy);
  }

  private static double[] probabilities(double[] weights, float[] x) {
    double[] p = new double[10];
    double sum = 0;
    for (int c = 0; c < 10; c++) {
      double score = weights[c * 785 + 784];
      for (int j = 0; j < 784; j++) {
        score += weights[c * 785 + j] * x[j];
      }
      p[c] = Math.exp(Math.min(score, 300));
      sum += p[c];
    }
    for (int c = 0; c < 10; c++) {
      p[c] /= sum;
    }
    return p;
  }

  @Test
  void aSetNeedsSamples() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Digits.open(1, 10, 0)).getMessage();
    assertEquals("test samples of digits must be at least 1, got 0", message);
  }
}
