package dev.cambium.op;

import static dev.cambium.op.HostEmitter.counting;
import static dev.cambium.op.HostEmitter.spaced;
import static dev.cambium.op.HostEmitter.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Literals are worked out by hand. */
class MaxPoolingTest {
  private static final Window2d OVERLAPPING = PoolingCase.window(2, 1, Padding2d.same(1));

  private final HostEmitter host = new HostEmitter();

  static List<PoolingCase> cases() {
    return PoolingCase.all();
  }

  @Test
  void takesTheLargestPixelOfEachWindow() {
    Value x = counting(1, 1, 4, 4);
    assertArrayEquals(new double[] {6, 8, 14, 16}, pool(Window2d.of(2), x));
    assertArrayEquals(
        new double[] {11, 12, 15, 16}, pool(PoolingCase.window(3, 1, Padding2d.NONE), x));
  }

  @Test
  void neverChoosesThePadding() {
    Value x = tensor(Shape.of(1, 1, 2, 2), -1, -2, -3, -4);
    assertArrayEquals(new double[] {-1, -1, -2, -1, -1, -2, -3, -3, -4}, pool(OVERLAPPING, x));
  }

  @Test
  void overlappingWindowsAccumulateTheirGradients() {
    Value x = tensor(Shape.of(1, 1, 2, 2), -1, -2, -3, -4);
    double[] dx = backward(OVERLAPPING, counting(1, 1, 3, 3), x);
    assertArrayEquals(new double[] {1 + 2 + 4 + 5, 3 + 6, 7 + 8, 9}, dx);
  }

  @Test
  void givesTheGradientToTheFirstOfEqualPixels() {
    Value x = tensor(Shape.of(1, 1, 2, 3), 1, 5, 5, 5, 5, 1);
    double[] dx =
        backward(
            new Window2d(new Size2d(2, 3), Size2d.ONE, Padding2d.NONE),
            tensor(Shape.of(1, 1, 1, 1), 7),
            x);
    assertArrayEquals(new double[] {0, 7, 0, 0, 0, 0}, dx);
  }

  @Test
  void passesNaNOnAndGivesItTheGradient() {
    Value x = tensor(Shape.of(1, 1, 2, 2), 1, Double.NaN, 3, Double.NaN);
    assertArrayEquals(new double[] {Double.NaN}, pool(Window2d.of(2), x));
    assertArrayEquals(
        new double[] {0, 7, 0, 0}, backward(Window2d.of(2), tensor(Shape.of(1, 1, 1, 1), 7), x));
  }

  @Test
  void choosesAPixelEvenWhenAllAreMinusInfinity() {
    double low = Double.NEGATIVE_INFINITY;
    Value x = tensor(Shape.of(1, 1, 1, 2), low, low);
    Window2d window = new Window2d(new Size2d(1, 2), Size2d.ONE, Padding2d.NONE);
    assertArrayEquals(new double[] {low}, pool(window, x));
    assertArrayEquals(new double[] {3, 0}, backward(window, tensor(Shape.of(1, 1, 1, 1), 3), x));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientEqualsCentralDifferences(PoolingCase shapes) {
    OpGradientCheck.of(new MaxPooling(shapes.window()), spaced("x", shapes.x())).verify();
  }

  @Test
  void anEmptyBatchGivesEmptyResults() {
    Value x = counting(0, 2, 4, 4);
    Value y = host.emit(new MaxPooling(Window2d.of(2)), x);
    assertEquals(Shape.of(0, 2, 2, 2), y.shape());
    assertEquals(0, backward(Window2d.of(2), y, x).length);
  }

  @Test
  void inferenceNamesTheInputThatDoesNotFit() {
    InferenceErrors errors = new InferenceErrors(new MaxPooling(Window2d.of(3)));
    errors.says("input x was FLOAT32[8, 3], expected rank 4", TensorType.float32(8, 3));
    errors.says(
        "MaxPooling: input x: kernel height 3 is larger than the padded image's 2",
        TensorType.float32(8, 3, 2, 5));
    InferenceErrors backward = new InferenceErrors(new MaxPoolingBackward(Window2d.of(2)));
    TensorType x = TensorType.float32(8, 3, 4, 4);
    backward.says(
        "input dy was FLOAT32[8, 3, 2, 1], expected FLOAT32[8, 3, 2, 2]",
        TensorType.float32(8, 3, 2, 1),
        x,
        Opaque.NONE);
    backward.says(
        "input indices was FLOAT32[8, 3, 4, 4], expected a backend's cache",
        TensorType.float32(8, 3, 2, 2),
        x,
        x);
  }

  private double[] pool(Window2d window, Value x) {
    return host.compute(new MaxPooling(window), x);
  }

  private double[] backward(Window2d window, Value dy, Value x) {
    Value indices = host.emit(new MaxPooling(window), List.of(x)).get(1);
    return host.compute(new MaxPoolingBackward(window), dy, x, indices);
  }
}
