package dev.cambium.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.BatchTransform;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixUpTest {
  private static HostArray samples() {
    return HostArray.of(Shape.of(3, 2), 0f, 1f, 2f, 3f, 4f, 5f);
  }

  /** Of labels 0, 1, 1. */
  private static HostArray targets() {
    return HostArray.of(Shape.of(3, 2), 1f, 0f, 0f, 1f, 0f, 1f);
  }

  /** By hand: 3/4 of each row and 1/4 of the one before it, before the first stands the last. */
  @Test
  void rowsAndTargetsAreBlendedWithThoseBefore() {
    HostArray samples = samples();
    HostArray targets = targets();
    MixUp.mix(samples, targets, 0.75);
    assertArrayEquals(new float[] {1, 2, 1.5f, 2.5f, 3.5f, 4.5f}, samples.toFloats());
    assertArrayEquals(new float[] {0.75f, 0.25f, 0.25f, 0.75f, 0, 1}, targets.toFloats());
  }

  @Test
  void lambdaOneChangesNothingAndZeroMovesAllByOne() {
    HostArray samples = samples();
    HostArray targets = targets();
    MixUp.mix(samples, targets, 1);
    assertArrayEquals(samples().toFloats(), samples.toFloats());
    MixUp.mix(samples, targets, 0);
    assertArrayEquals(new float[] {4, 5, 0, 1, 2, 3}, samples.toFloats());
    assertArrayEquals(new float[] {0, 1, 1, 0, 0, 1}, targets.toFloats());
  }

  @Test
  void aBatchOfOneStaysAsItIs() {
    HostArray sample = HostArray.of(Shape.of(1, 2), 4f, 5f);
    HostArray target = HostArray.of(Shape.of(1, 2), 0f, 1f);
    MixUp.of(1).apply(sample, target, new RandomStream(1, "one"));
    assertArrayEquals(new float[] {4, 5}, sample.toFloats());
    assertArrayEquals(new float[] {0, 1}, target.toFloats());
  }

  /** Lambda is read off the first target: Beta(a, a) has mean 1/2 and variance 1 / (4 (2a + 1)). */
  @ParameterizedTest
  @ValueSource(doubles = {0.2, 1, 5})
  void lambdaIsDrawnFromBetaAndTargetsAddUpToOne(double alpha) {
    int batches = 20_000;
    double sum = 0;
    double squares = 0;
    RandomStream random = new RandomStream(5, "lambda");
    for (int i = 0; i < batches; i++) {
      HostArray targets = targets();
      MixUp.of(alpha).apply(samples(), targets, random);
      float[] t = targets.toFloats();
      for (int row = 0; row < 3; row++) {
        assertEquals(1, t[2 * row] + t[2 * row + 1], 1e-6);
      }
      sum += t[0];
      squares += (t[0] - 0.5) * (t[0] - 0.5);
    }
    double variance = 1 / (4 * (2 * alpha + 1));
    assertEquals(0.5, sum / batches, 4 * Math.sqrt(variance / batches));
    // The fourth moment about the mean is at most a quarter of the second, as |lambda - 1/2| is.
    assertEquals(variance, squares / batches, 4 * Math.sqrt(variance / 4 / batches));
  }

  @Test
  void theProbabilityDecidesHowOftenABatchIsMixed() {
    assertEquals(0, mixed(MixUp.of(1).probability(0), 1000));
    assertEquals(1000, mixed(MixUp.of(1).probability(1), 1000));
    int batches = 10_000;
    double error = Math.sqrt(0.3 * 0.7 / batches);
    assertEquals(0.3, (double) mixed(MixUp.of(1).probability(0.3), batches) / batches, 4 * error);
  }

  private static int mixed(BatchTransform mix, int batches) {
    RandomStream random = new RandomStream(6, "probability");
    int mixed = 0;
    for (int i = 0; i < batches; i++) {
      HostArray targets = targets();
      mix.apply(samples(), targets, random);
      mixed += targets.get(0) == 1 ? 0 : 1;
    }
    return mixed;
  }

  /** 0 marks what the first, 1 what the second did. */
  @Test
  void aRandomMixChoosesOneOfTwo() {
    BatchTransform first = (images, targets, random) -> targets.set(0, 0);
    BatchTransform second = (images, targets, random) -> targets.set(0, 1);
    RandomStream random = new RandomStream(7, "switch");
    int batches = 10_000;
    for (double probability : new double[] {0, 0.5, 0.8, 1}) {
      RandomMix mix = RandomMix.of(first, second).switchProbability(probability);
      double seconds = 0;
      for (int i = 0; i < batches; i++) {
        HostArray targets = targets();
        mix.apply(samples(), targets, random);
        seconds += targets.get(0);
      }
      double error = Math.sqrt(probability * (1 - probability) / batches);
      assertEquals(probability, seconds / batches, 4 * error);
    }
    assertEquals(0.5, RandomMix.of(first, second).switchProbability());
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    for (double wrong : new double[] {0, -0.2, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertMessage(
          "alpha of MixUp must be positive and finite, got " + wrong, () -> MixUp.of(wrong));
      assertMessage(
          "alpha of CutMix must be positive and finite, got " + wrong, () -> CutMix.of(wrong));
    }
    for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
      String range = " must be in [0, 1], got " + wrong;
      assertMessage("probability of MixUp" + range, () -> MixUp.of(1).probability(wrong));
      assertMessage("probability of CutMix" + range, () -> CutMix.of(1).probability(wrong));
      RandomMix mix = RandomMix.of(MixUp.of(1), CutMix.of(1));
      assertMessage("switchProbability of RandomMix" + range, () -> mix.switchProbability(wrong));
    }
  }

  private static void assertMessage(String expected, Runnable making) {
    String message = assertThrows(IllegalArgumentException.class, making::run).getMessage();
    assertTrue(message.startsWith(expected), message);
  }
}
