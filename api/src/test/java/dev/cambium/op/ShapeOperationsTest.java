package dev.cambium.op;

import static dev.cambium.op.HostEmitter.counting;
import static dev.cambium.op.HostEmitter.random;
import static dev.cambium.op.HostEmitter.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Literals are worked out by hand; they follow NumPy's reshape, transpose and broadcast_to. */
class ShapeOperationsTest {
  private final HostEmitter host = new HostEmitter();

  @Test
  void reshapeKeepsTheRowMajorOrder() {
    Value y = host.emit(new Reshape(Shape.of(3, 4)), counting(2, 3, 2));
    assertEquals(Shape.of(3, 4), y.shape());
    assertArrayEquals(
        new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, HostEmitter.elements(y));
    assertArrayEquals(
        new double[] {5}, host.compute(new Reshape(Shape.scalar()), tensor(Shape.of(1, 1), 5)));
  }

  @Test
  void transposeMovesAxes() {
    assertArrayEquals(
        new double[] {1, 4, 2, 5, 3, 6},
        host.compute(new Transpose(List.of(1, 0)), counting(2, 3)));
    Value y = host.emit(new Transpose(List.of(2, 0, 1)), counting(2, 3, 2));
    assertEquals(Shape.of(2, 2, 3), y.shape());
    assertArrayEquals(
        new double[] {1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12}, HostEmitter.elements(y));
  }

  @Test
  void broadcastRepeatsAlongNewAxesAndAxesOfOne() {
    assertArrayEquals(
        new double[] {1, 1, 2, 2, 1, 1, 2, 2},
        host.compute(new Broadcast(Shape.of(2, 2, 2)), counting(2, 1)));
    assertArrayEquals(new double[] {1, 1, 1}, host.compute(new Broadcast(Shape.of(3)), counting()));
  }

  @Test
  void movingElementsWorksForAnyElementType() {
    Value labels = tensor(DType.INT32, Shape.of(2, 1), 7, 8);
    for (Op op :
        List.of(
            new Reshape(Shape.of(2)),
            new Transpose(List.of(1, 0)),
            new Broadcast(Shape.of(2, 1)))) {
      Value y = host.emit(op, labels);
      assertEquals(DType.INT32, y.tensorType().dtype());
      assertArrayEquals(new double[] {7, 8}, HostEmitter.elements(y));
    }
  }

  @Test
  void sumMeanAndMaximumReduceTheirAxes() {
    Value x = counting(2, 3, 2);
    assertArrayEquals(new double[] {9, 12, 27, 30}, reduce(Reduce.Function.SUM, x, 1));
    assertArrayEquals(new double[] {3, 4, 9, 10}, reduce(Reduce.Function.MEAN, x, 1));
    assertArrayEquals(new double[] {5, 6, 11, 12}, reduce(Reduce.Function.MAXIMUM, x, 1));
    assertArrayEquals(new double[] {18, 26, 34}, reduce(Reduce.Function.SUM, x, 0, 2));
    assertArrayEquals(new double[] {78}, reduce(Reduce.Function.SUM, x, 0, 1, 2));
    assertArrayEquals(HostEmitter.elements(x), reduce(Reduce.Function.SUM, x));
  }

  @Test
  void reducedAxesStayAsOnesWhenAskedTo() {
    Value x = counting(2, 3, 2);
    assertEquals(
        Shape.of(2, 1, 2), host.emit(new Reduce(Reduce.Function.SUM, List.of(1), true), x).shape());
    assertEquals(
        Shape.of(3), host.emit(new Reduce(Reduce.Function.SUM, List.of(2, 0), false), x).shape());
  }

  @Test
  void everyReductionPassesNaNOn() {
    Value x = tensor(Shape.of(3), 1, Double.NaN, 3);
    for (Reduce.Function function : Reduce.Function.values()) {
      assertArrayEquals(new double[] {Double.NaN}, reduce(function, x, 0));
    }
  }

  @Test
  void theMaximumOfNegativeNumbersIsNegative() {
    assertArrayEquals(
        new double[] {-1}, reduce(Reduce.Function.MAXIMUM, tensor(Shape.of(2), -2, -1), 0));
  }

  @Test
  void aSumOverNothingIsZeroAndAMeanOverNothingAnError() {
    assertArrayEquals(new double[3], reduce(Reduce.Function.SUM, counting(0, 3), 0));
    for (Reduce.Function function : List.of(Reduce.Function.MEAN, Reduce.Function.MAXIMUM)) {
      assertEquals(0, reduce(function, counting(0, 3), 1).length);
      new InferenceErrors(new Reduce(function, List.of(0), false))
          .says(
              "input x was FLOAT32[0, 3], expected at least one element", TensorType.float32(0, 3));
    }
  }

  @Test
  void gradientsEqualCentralDifferences() {
    Value x = random("x", 2, 3, 4);
    OpGradientCheck.of(new Reshape(Shape.of(4, 6)), x).verify();
    OpGradientCheck.of(new Transpose(List.of(2, 0, 1)), x).verify();
    OpGradientCheck.of(new Transpose(List.of(0, 1, 2)), x).verify();
    OpGradientCheck.of(new Broadcast(Shape.of(5, 2, 3, 4)), x).verify();
    OpGradientCheck.of(new Broadcast(Shape.of(2, 3, 4)), random("x", 3, 1)).verify();
    OpGradientCheck.of(new Broadcast(Shape.of(2, 3, 4)), x).verify();
    for (Reduce.Function function : List.of(Reduce.Function.SUM, Reduce.Function.MEAN)) {
      for (List<Integer> axes : List.of(List.of(1), List.of(0, 2), List.of(0, 1, 2))) {
        OpGradientCheck.of(new Reduce(function, axes, true), x).verify();
        OpGradientCheck.of(new Reduce(function, axes, false), x).verify();
      }
    }
    OpGradientCheck.of(new Reduce(Reduce.Function.SUM, List.of(), false), x).verify();
  }

  @Test
  void theMaximumRefusesToBeDifferentiated() {
    Op op = new Reduce(Reduce.Function.MAXIMUM, List.of(0), false);
    Value x = counting(2);
    Value y = host.emit(op, x);
    List<Optional<Value>> dy = List.of(Optional.of(y));
    String message =
        assertThrows(
                UnsupportedOperationException.class,
                () -> op.gradient(host, List.of(x), List.of(y), dy))
            .getMessage();
    assertEquals(true, message.contains("MAXIMUM"), message);
  }

  @Test
  void inferenceNamesTheInputThatDoesNotFit() {
    TensorType x = TensorType.float32(2, 3);
    new InferenceErrors(new Reshape(Shape.of(4, 2)))
        .says("input x was FLOAT32[2, 3], expected 8 elements as in shape [4, 2], not 6", x);
    new InferenceErrors(new Transpose(List.of(0, 2, 1)))
        .says("input x was FLOAT32[2, 3], expected rank 3", x);
    new InferenceErrors(new Broadcast(Shape.of(2, 4)))
        .says("input x was FLOAT32[2, 3], expected dimensions of 1 or those of [2, 4]", x);
    new InferenceErrors(new Broadcast(Shape.of(3))).says("input x was FLOAT32[2, 3]", x);
    new InferenceErrors(new Reduce(Reduce.Function.SUM, List.of(2), false))
        .says("input x was FLOAT32[2, 3], expected a rank above the last of the axes [2]", x);
    new InferenceErrors(new Reduce(Reduce.Function.SUM, List.of(0), false))
        .says("input x was INT32[2], expected FLOAT32 or FLOAT64", InferenceErrors.int32(2));
  }

  @Test
  void axesThatRepeatAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Transpose(List.of(0, 0)));
    assertThrows(IllegalArgumentException.class, () -> new Transpose(List.of(1, 2)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Reduce(Reduce.Function.SUM, List.of(1, 1), false));
    assertThrows(
        IllegalArgumentException.class, () -> new Reduce(Reduce.Function.SUM, List.of(-1), false));
  }

  private double[] reduce(Reduce.Function function, Value x, Integer... axes) {
    return host.compute(new Reduce(function, List.of(axes), false), x);
  }
}
