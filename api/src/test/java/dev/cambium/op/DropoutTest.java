package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Philox4x32;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static final double NAN = Double.NaN;

  private final HostEmitter emitter = new HostEmitter();

  private static Value rng(int... words) {
    return HostEmitter.tensor(
        DType.INT32, Shape.of(4), Arrays.stream(words).asDoubleStream().toArray());
  }

  private static Value ones(int... dimensions) {
    Shape shape = Shape.of(dimensions);
    double[] ones = new double[shape.intSize()];
    Arrays.fill(ones, 1);
    return HostEmitter.tensor(shape, ones);
  }

  @Test
  void anIntegerThresholdDecides() {
    // Random123's known answer for key 0, counter 0: 6627e8d5 e169c58d bc57ac4c 9b00dbd8;
    // thresholds 2^31 = 80000000 and round(0.7 * 2^32) = b3333333
    Value x = HostEmitter.tensor(Shape.of(4), 1, 2, 3, 4);
    assertArrayEquals(
        new double[] {0, 4, 6, 8}, emitter.compute(new Dropout(0.5, 0), x, rng(0, 0, 0, 0)));
    double scale = (float) (1 / 0.3);
    assertArrayEquals(
        new double[] {0, 2 * scale, 3 * scale, 0},
        emitter.compute(new Dropout(0.7, 0), x, rng(0, 0, 0, 0)),
        1e-6);
    assertEquals(0x80000000L, new Dropout(0.5, 0).threshold());
    assertEquals(0xb3333333L, new Dropout(0.7, 0).threshold());
    assertEquals(2f, new Dropout(0.5, 0).scale());
  }

  @Test
  void seedStepStreamAndIndexPositionTheGenerator() {
    double[] y = emitter.compute(new Dropout(0.5, 77), ones(11), rng(1, -2, 3, -4));
    for (int i = 0; i < y.length; i++) {
      int[] words = new int[4];
      Philox4x32.block(1, -2, i / 4, 3, -4, 77, words, 0);
      assertEquals(words[i % 4] < 0 ? 2 : 0, y[i], "element " + i);
    }
  }

  @Test
  void elementsOfImagesAreCountedChannelsLast() {
    Value rng = rng(5, 6, 7, 8);
    Value image = emitter.emit(new Dropout(0.5, 3), ones(2, 3, 4, 5), rng);
    double[] channelsLast = emitter.compute(new Transpose(List.of(0, 2, 3, 1)), image);
    assertArrayEquals(emitter.compute(new Dropout(0.5, 3), ones(120), rng), channelsLast);
  }

  @Test
  void dropsTheShareThatWasAskedForAndKeepsTheMean() {
    int n = 100_000;
    for (double p : new double[] {0.1, 0.5, 0.9}) {
      double[] y = emitter.compute(new Dropout(p, 1), ones(n), rng(42, 0, 0, 0));
      double dropped = Arrays.stream(y).filter(v -> v == 0).count();
      double fiveSigma = 5 * Math.sqrt(n * p * (1 - p));
      assertEquals(n * p, dropped, fiveSigma);
      assertEquals(1, Arrays.stream(y).average().orElseThrow(), fiveSigma / n / (1 - p));
    }
  }

  @Test
  void everyPartOfThePositionChangesTheMask() {
    double[] mask = emitter.compute(new Dropout(0.5, 1), ones(64), rng(1, 2, 3, 4));
    assertArrayEquals(mask, emitter.compute(new Dropout(0.5, 1), ones(64), rng(1, 2, 3, 4)));
    assertFalse(
        Arrays.equals(mask, emitter.compute(new Dropout(0.5, 2), ones(64), rng(1, 2, 3, 4))));
    int[] words = {1, 2, 3, 4};
    for (int i = 0; i < 4; i++) {
      int[] other = words.clone();
      other[i]++;
      assertFalse(Arrays.equals(mask, emitter.compute(new Dropout(0.5, 1), ones(64), rng(other))));
    }
  }

  @Test
  void probabilityZeroKeepsEverything() {
    Value x = HostEmitter.random("x", 2, 3);
    assertArrayEquals(
        HostEmitter.elements(x), emitter.compute(new Dropout(0, 0), x, rng(1, 2, 3, 4)));
  }

  @Test
  void aDroppedNanIsZeroAndAKeptOneStays() {
    Value x = HostEmitter.tensor(Shape.of(2), NAN, NAN);
    assertArrayEquals(
        new double[] {0, NAN}, emitter.compute(new Dropout(0.5, 0), x, rng(0, 0, 0, 0)));
  }

  @Test
  void theGradientHasTheSameMask() {
    OpGradientCheck.of(new Dropout(0.5, 9), HostEmitter.random("x", 2, 3, 2, 2), rng(1, 2, 3, 4))
        .verify();
    OpGradientCheck.of(new Dropout(0.3, 9), HostEmitter.random("x", 5), rng(1, 2, 3, 4)).verify();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void theProbabilityIsBelowOne(double p) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Dropout(p, 0)).getMessage();
    assertTrue(message.contains("got " + p), message);
  }

  @Test
  void theRandomPositionIsFourIntegers() {
    Dropout op = new Dropout(0.5, 0);
    TensorType x = TensorType.float32(2);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> op.infer(List.of(x, TensorType.of(DType.INT32, 2))))
            .getMessage();
    assertTrue(message.contains("input rng was INT32[2], expected INT32[4]"), message);
  }
}
