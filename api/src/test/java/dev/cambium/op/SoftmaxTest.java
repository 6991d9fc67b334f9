package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftmaxTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private final HostEmitter emitter = new HostEmitter();

  private double[] softmax(double... scores) {
    return emitter.compute(new Softmax(), HostEmitter.tensor(Shape.of(1, scores.length), scores));
  }

  private double[] logSoftmax(double... scores) {
    return emitter.compute(
        new LogSoftmax(), HostEmitter.tensor(Shape.of(1, scores.length), scores));
  }

  @Test
  void turnsScoresIntoProbabilities() {
    // the lecture's scores for cat, car and frog; probabilities recomputed with 40 digits
    assertArrayEquals(
        new double[] {0.129982539, 0.869049535, 0.000967926}, softmax(3.2, 5.1, -1.7), 5e-10);
  }

  @Test
  void largeScoresDoNotOverflow() {
    assertArrayEquals(softmax(0, 1, 2), softmax(1000, 1001, 1002), 1e-15);
    assertArrayEquals(softmax(0, 1, 2), softmax(-1002, -1001, -1000), 1e-15);
    assertArrayEquals(new double[] {0, 1}, softmax(-1e308, 1e308));
  }

  @Test
  void theLogarithmIsExactWhereTheProbabilityUnderflows() {
    assertArrayEquals(new double[] {0, -1000}, logSoftmax(0, -1000));
    assertArrayEquals(new double[] {-Math.log(2), -Math.log(2)}, logSoftmax(1e4, 1e4), 1e-15);
    double[] logarithms = logSoftmax(3.2, 5.1, -1.7);
    double[] probabilities = Arrays.stream(logarithms).map(Math::exp).toArray();
    assertArrayEquals(softmax(3.2, 5.1, -1.7), probabilities, 1e-15);
  }

  @Test
  void minusInfinityIsProbabilityZero() {
    assertArrayEquals(new double[] {0.5, 0, 0.5}, softmax(7, -INF, 7));
    assertEquals(-INF, logSoftmax(7, -INF, 7)[1]);
  }

  @Test
  void whatHasNoProbabilityMakesTheWholeRowNan() {
    double[] nan = {NAN, NAN, NAN};
    assertArrayEquals(nan, softmax(1, NAN, 2));
    assertArrayEquals(nan, softmax(1, INF, 2));
    assertArrayEquals(nan, softmax(-INF, -INF, -INF));
    assertArrayEquals(nan, logSoftmax(1, NAN, 2));
    assertArrayEquals(nan, logSoftmax(1, INF, 2));
    Value rows = HostEmitter.tensor(Shape.of(2, 2), NAN, 0, 0, 0);
    assertArrayEquals(new double[] {NAN, NAN, 0.5, 0.5}, emitter.compute(new Softmax(), rows));
  }

  @Test
  void worksOnEachPixelOfAnImage() {
    Value image = HostEmitter.random("image", 2, 3, 2, 2);
    Value pixels = emitter.emit(new Transpose(List.of(0, 2, 3, 1)), image);
    Value rows = emitter.emit(new Reshape(Shape.of(8, 3)), pixels);
    for (Op op : List.of(new Softmax(), new LogSoftmax())) {
      Value result = emitter.emit(op, image);
      assertArrayEquals(
          emitter.compute(op, rows),
          emitter.compute(new Transpose(List.of(0, 2, 3, 1)), result),
          0);
    }
  }

  @Test
  void gradientsAgreeWithCentralDifferences() {
    for (Op op : List.of(new Softmax(), new LogSoftmax())) {
      OpGradientCheck.of(op, HostEmitter.random("x", 3, 4)).verify();
      OpGradientCheck.of(op, HostEmitter.random("x", 2, 3, 2, 2)).verify();
    }
  }

  @Test
  void anEmptyBatchGivesAnEmptyResult() {
    assertEquals(0, emitter.compute(new Softmax(), HostEmitter.tensor(Shape.of(0, 3))).length);
  }

  @Test
  void scoresOfAnotherShapeAreRefused() {
    for (Op op : List.of(new Softmax(), new LogSoftmax())) {
      for (Shape shape : List.of(Shape.of(3), Shape.of(2, 3, 4), Shape.of(2, 0))) {
        TensorType type = TensorType.float32().withShape(shape);
        String message =
            assertThrows(IllegalArgumentException.class, () -> op.infer(List.of(type)))
                .getMessage();
        assertTrue(message.contains("input x was " + type), message);
        assertTrue(message.contains("[N, C] or [N, C, H, W]"), message);
      }
    }
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new SoftmaxBackward()
                .infer(List.of(TensorType.float32(2, 3), TensorType.float32(3, 2))));
  }
}
