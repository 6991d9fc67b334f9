package dev.cambium.op;

import static dev.cambium.op.HostEmitter.counting;
import static dev.cambium.op.HostEmitter.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Literals are worked out by hand. */
class AveragePoolingTest {
  private final HostEmitter host = new HostEmitter();

  static List<PoolingCase> cases() {
    return PoolingCase.all();
  }

  @Test
  void takesTheMeanOfEachWindow() {
    assertArrayEquals(
        new double[] {3.5, 5.5, 11.5, 13.5},
        host.compute(new AveragePooling(Window2d.of(2), true), counting(1, 1, 4, 4)));
  }

  @Test
  void countsThePaddingOnlyWhenAskedTo() {
    Window2d corners = PoolingCase.window(2, 2, Padding2d.same(1));
    Value x = counting(1, 1, 2, 2);
    assertArrayEquals(
        new double[] {0.25, 0.5, 0.75, 1}, host.compute(new AveragePooling(corners, true), x));
    assertArrayEquals(
        new double[] {1, 2, 3, 4}, host.compute(new AveragePooling(corners, false), x));
  }

  @Test
  void overlappingWindowsAccumulateTheirGradients() {
    Op op =
        new AveragePoolingBackward(
            PoolingCase.window(2, 1, Padding2d.NONE), true, Size2d.square(3));
    double[] dx = host.compute(op, HostEmitter.tensor(Shape.of(1, 1, 2, 2), 4, 8, 12, 16));
    assertArrayEquals(new double[] {1, 3, 2, 4, 10, 6, 3, 7, 4}, dx);
  }

  @Test
  void pixelsThatNoWindowCoversGetNoGradient() {
    Op op = new AveragePoolingBackward(Window2d.of(2), true, new Size2d(3, 2));
    double[] dx = host.compute(op, HostEmitter.tensor(Shape.of(1, 1, 1, 1), 4));
    assertArrayEquals(new double[] {1, 1, 1, 1, 0, 0}, dx);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientEqualsCentralDifferences(PoolingCase shapes) {
    Value x = random("x", shapes.x());
    OpGradientCheck.of(new AveragePooling(shapes.window(), true), x).verify();
    OpGradientCheck.of(new AveragePooling(shapes.window(), false), x).verify();
  }

  @Test
  void anEmptyBatchGivesEmptyResults() {
    Value y = host.emit(new AveragePooling(Window2d.of(2), true), counting(0, 2, 4, 4));
    assertEquals(Shape.of(0, 2, 2, 2), y.shape());
    Op backward = new AveragePoolingBackward(Window2d.of(2), true, Size2d.square(4));
    assertEquals(Shape.of(0, 2, 4, 4), host.emit(backward, y).shape());
  }

  @Test
  void inferenceNamesTheInputThatDoesNotFit() {
    InferenceErrors errors = new InferenceErrors(new AveragePooling(Window2d.of(3), true));
    errors.says("input x was INT32[8, 3, 4, 4]", InferenceErrors.int32(8, 3, 4, 4));
    errors.says(
        "AveragePooling: input x: kernel width 3 is larger than the padded image's 2",
        TensorType.float32(8, 3, 5, 2));
    new InferenceErrors(new AveragePoolingBackward(Window2d.of(2), true, Size2d.square(4)))
        .says(
            "input dy was FLOAT32[8, 3, 2, 1], expected FLOAT32[8, 3, 2, 2]",
            TensorType.float32(8, 3, 2, 1));
  }
}
