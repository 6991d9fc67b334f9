package dev.cambium.op;

import static dev.cambium.op.HostEmitter.counting;
import static dev.cambium.op.HostEmitter.elements;
import static dev.cambium.op.HostEmitter.random;
import static dev.cambium.op.HostEmitter.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Forward literals are worked out by hand from the formula in {@link Convolution}'s javadoc. */
class ConvolutionTest {
  private static final Convolution PLAIN =
      new Convolution(ConvolutionGeometry.PLAIN, false, Activation.NONE);

  private final HostEmitter host = new HostEmitter();

  static Stream<ConvolutionCase> cases() {
    return ConvolutionCase.all();
  }

  static Stream<Activation> activations() {
    return Stream.of(
        Activation.RELU,
        new Activation.LeakyRelu(0.1),
        new Activation.Tanh(),
        new Activation.Sigmoid());
  }

  @Test
  void isACrossCorrelationWhichDoesNotFlipTheFilter() {
    double[] y = host.compute(PLAIN, counting(1, 1, 3, 3), counting(1, 1, 2, 2));
    assertArrayEquals(new double[] {37, 47, 67, 77}, y);
  }

  @Test
  void addsTheBiasBeforeTheActivation() {
    Convolution fused = new Convolution(ConvolutionGeometry.PLAIN, true, Activation.RELU);
    double[] y =
        host.compute(fused, counting(1, 1, 3, 3), counting(1, 1, 2, 2), tensor(Shape.of(1), -50));
    assertArrayEquals(new double[] {0, 0, 17, 27}, y);
  }

  @Test
  void padsEachSideByItsOwnAmountAndStepsByTheStride() {
    Convolution op =
        plain(new ConvolutionGeometry(new Size2d(2, 1), new Padding2d(1, 0, 0, 1), Size2d.ONE, 1));
    double[] y = host.compute(op, counting(1, 1, 3, 3), tensor(Shape.of(1, 1, 2, 2), 1, 1, 1, 1));
    assertArrayEquals(new double[] {3, 5, 3, 24, 28, 15}, y);
  }

  @Test
  void spreadsTheFilterByTheDilation() {
    Convolution op =
        plain(new ConvolutionGeometry(Size2d.ONE, Padding2d.NONE, Size2d.square(2), 1));
    double[] y = host.compute(op, counting(1, 1, 3, 3), counting(1, 1, 2, 2));
    assertArrayEquals(new double[] {1 + 2 * 3 + 3 * 7 + 4 * 9}, y);
  }

  @Test
  void groupsDoNotSeeEachOther() {
    Convolution op = plain(new ConvolutionGeometry(Size2d.ONE, Padding2d.NONE, Size2d.ONE, 2));
    double[] y = host.compute(op, tensor(Shape.of(1, 2, 1, 1), 3, 5), counting(4, 1, 1, 1));
    assertArrayEquals(new double[] {3, 6, 15, 20}, y);
  }

  @Test
  void sumsOverChannelsWithinEachImage() {
    double[] y = host.compute(PLAIN, counting(2, 2, 1, 2), tensor(Shape.of(1, 2, 1, 1), 1, 10));
    assertArrayEquals(new double[] {31, 42, 75, 86}, y);
  }

  @Test
  void dataGradientIsTheTransposedConvolution() {
    Op op = new ConvolutionBackwardData(ConvolutionGeometry.PLAIN, Size2d.square(3));
    double[] dx = host.compute(op, counting(1, 1, 2, 2), counting(1, 1, 2, 2));
    assertArrayEquals(new double[] {1, 4, 4, 6, 20, 16, 9, 24, 16}, dx);
  }

  @Test
  void dataGradientIsZeroAtPixelsThatNoFilterReads() {
    ConvolutionGeometry everySecond =
        new ConvolutionGeometry(Size2d.square(2), Padding2d.NONE, Size2d.ONE, 1);
    Op op = new ConvolutionBackwardData(everySecond, new Size2d(3, 4));
    double[] dx = host.compute(op, counting(1, 1, 2, 2), tensor(Shape.of(1, 1, 1, 1), 10));
    assertArrayEquals(new double[] {10, 0, 20, 0, 0, 0, 0, 0, 30, 0, 40, 0}, dx);
  }

  @Test
  void weightGradientCorrelatesImageAndOutputGradient() {
    Op op = new ConvolutionBackwardWeights(ConvolutionGeometry.PLAIN, Size2d.square(2), true);
    List<Value> gradients = host.emit(op, List.of(counting(1, 1, 3, 3), counting(1, 1, 2, 2)));
    assertArrayEquals(new double[] {37, 47, 67, 77}, elements(gradients.get(0)));
    assertArrayEquals(new double[] {10}, elements(gradients.get(1)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsItsFormulaElementByElement(ConvolutionCase shapes) {
    Value x = random("x", shapes.x());
    Value w = random("w", shapes.w());
    Value b = random("b", shapes.w()[0]);
    Value y =
        host.emit(new Convolution(shapes.geometry(), true, Activation.NONE), List.of(x, w, b))
            .get(0);
    DoubleArray expected = formula(shapes.geometry(), x, w, b, y.shape());
    assertArrayEquals(expected.values(), elements(y), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientEqualsCentralDifferences(ConvolutionCase shapes) {
    OpGradientCheck.of(
            new Convolution(shapes.geometry(), true, Activation.NONE),
            random("x", shapes.x()),
            random("w", shapes.w()),
            random("b", shapes.w()[0]))
        .verify();
    OpGradientCheck.of(plain(shapes.geometry()), random("x", shapes.x()), random("w", shapes.w()))
        .verify();
  }

  @ParameterizedTest
  @MethodSource("activations")
  void gradientThroughTheActivationEqualsCentralDifferences(Activation activation) {
    OpGradientCheck.of(
            new Convolution(ConvolutionGeometry.PLAIN, true, activation),
            random("x", 2, 2, 4, 3),
            random("w", 3, 2, 2, 2),
            random("b", 3))
        .verify();
  }

  /** With real numbers rounded to integers, all three sums are exact and must be equal. */
  @ParameterizedTest
  @MethodSource("cases")
  void forwardAndBothGradientsAreAdjoint(ConvolutionCase shapes) {
    Value x = integers(random("x", shapes.x()));
    Value w = integers(random("w", shapes.w()));
    Value y = host.emit(plain(shapes.geometry()), x, w);
    Value dy = integers(random("dy", y.shape().toArray()));
    Value dx = host.emit(new ConvolutionBackwardData(shapes.geometry(), shapes.image()), dy, w);
    Value dw =
        host.emit(new ConvolutionBackwardWeights(shapes.geometry(), shapes.kernel(), false), x, dy);
    assertEquals(product(y, dy), product(x, dx));
    assertEquals(product(y, dy), product(w, dw));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void loweringsComputeTheSame(ConvolutionCase shapes) {
    Value x = random("x", shapes.x());
    Value w = random("w", shapes.w());
    Op forward = new Convolution(shapes.geometry(), true, new Activation.Tanh());
    List<Value> inputs = List.of(x, w, random("b", shapes.w()[0]));
    host.assertLoweringAgrees(forward, inputs);
    Value dy = random("dy", host.emit(forward, inputs).get(0).shape().toArray());
    host.assertLoweringAgrees(
        new ConvolutionBackwardWeights(shapes.geometry(), shapes.kernel(), true), List.of(x, dy));
  }

  @Test
  void anEmptyBatchGivesAnEmptyOutputAndZeroWeightGradients() {
    Value x = counting(0, 2, 4, 4);
    Value y = host.emit(PLAIN, x, random("w", 3, 2, 2, 2));
    assertEquals(Shape.of(0, 3, 3, 3), y.shape());
    Op weights = new ConvolutionBackwardWeights(ConvolutionGeometry.PLAIN, Size2d.square(2), true);
    List<Value> gradients = host.emit(weights, List.of(x, y));
    assertArrayEquals(new double[24], elements(gradients.get(0)));
    assertArrayEquals(new double[3], elements(gradients.get(1)));
    Op data = new ConvolutionBackwardData(ConvolutionGeometry.PLAIN, Size2d.square(4));
    assertEquals(Shape.of(0, 2, 4, 4), host.emit(data, y, random("w", 3, 2, 2, 2)).shape());
  }

  @Test
  void inferenceNamesTheInputThatDoesNotFit() {
    TensorType x = TensorType.float32(8, 3, 5, 5);
    InferenceErrors errors = new InferenceErrors(PLAIN);
    errors.says("Convolution expects 2 inputs [x, w], got 1", x);
    errors.says(
        "input w was FLOAT32[4, 2, 3, 3], expected FLOAT32[O, 3, kH, kW]",
        x,
        TensorType.float32(4, 2, 3, 3));
    errors.says("input x was FLOAT32[8, 3, 5], expected rank 4", TensorType.float32(8, 3, 5), x);
    errors.says("input w was INT32[4, 3, 3, 3]", x, InferenceErrors.int32(4, 3, 3, 3));
    errors.says(
        "input w was FLOAT64[4, 3, 3, 3], expected FLOAT32",
        x,
        InferenceErrors.float64(4, 3, 3, 3));
    errors.says("a kernel that fits into the padded image", x, TensorType.float32(4, 3, 6, 3));
    errors.says("only the first dimension may be 0", TensorType.float32(8, 0, 5, 5), x);
  }

  @Test
  void inferenceChecksBiasAndGroups() {
    TensorType x = TensorType.float32(8, 6, 5, 5);
    TensorType w = TensorType.float32(4, 2, 3, 3);
    ConvolutionGeometry three = new ConvolutionGeometry(Size2d.ONE, Padding2d.NONE, Size2d.ONE, 3);
    new InferenceErrors(plain(three))
        .says("input w was FLOAT32[4, 2, 3, 3], expected output channels that 3 groups", x, w);
    new InferenceErrors(plain(new ConvolutionGeometry(Size2d.ONE, Padding2d.NONE, Size2d.ONE, 4)))
        .says("input x was FLOAT32[8, 6, 5, 5], expected channels that 4 groups divide", x, w);
    new InferenceErrors(new Convolution(three, true, Activation.NONE))
        .says(
            "input b was FLOAT32[3], expected FLOAT32[6]",
            x,
            TensorType.float32(6, 2, 3, 3),
            TensorType.float32(3));
  }

  @Test
  void inferenceOfTheGradientsChecksTheOutputShape() {
    TensorType dy = TensorType.float32(8, 4, 2, 3);
    new InferenceErrors(new ConvolutionBackwardData(ConvolutionGeometry.PLAIN, Size2d.square(5)))
        .says(
            "ConvolutionBackwardData: input dy was FLOAT32[8, 4, 2, 3], expected FLOAT32[8, 4, 3, 3]",
            dy,
            TensorType.float32(4, 3, 3, 3));
    new InferenceErrors(
            new ConvolutionBackwardWeights(ConvolutionGeometry.PLAIN, Size2d.square(3), true))
        .says(
            "ConvolutionBackwardWeights: input dy was FLOAT32[8, 4, 2, 3], expected FLOAT32[8, 4, 3, 3]",
            TensorType.float32(8, 3, 5, 5),
            dy);
  }

  private static Convolution plain(ConvolutionGeometry geometry) {
    return new Convolution(geometry, false, Activation.NONE);
  }

  private static Value integers(Value value) {
    double[] elements = elements(value);
    for (int i = 0; i < elements.length; i++) {
      elements[i] = Math.rint(elements[i] * 100);
    }
    return value;
  }

  private static double product(Value a, Value b) {
    double sum = 0;
    for (int i = 0; i < elements(a).length; i++) {
      sum += elements(a)[i] * elements(b)[i];
    }
    return sum;
  }

  private static DoubleArray formula(
      ConvolutionGeometry geometry, Value x, Value w, Value b, Shape shape) {
    DoubleArray y = DoubleArray.zeros(shape);
    int at = 0;
    for (int n = 0; n < shape.dim(0); n++) {
      for (int o = 0; o < shape.dim(1); o++) {
        for (int i = 0; i < shape.dim(2); i++) {
          for (int j = 0; j < shape.dim(3); j++) {
            y.values()[at++] = elements(b)[o] + sum(geometry, x, w, n, o, i, j);
          }
        }
      }
    }
    return y;
  }

  private static double sum(
      ConvolutionGeometry geometry, Value x, Value w, int n, int o, int i, int j) {
    Shape filter = w.shape();
    int group = o / (filter.dim(0) / geometry.groups());
    double sum = 0;
    for (int c = 0; c < filter.dim(1); c++) {
      for (int p = 0; p < filter.dim(2); p++) {
        for (int q = 0; q < filter.dim(3); q++) {
          int row =
              i * geometry.stride().height()
                  + p * geometry.dilation().height()
                  - geometry.padding().top();
          int column =
              j * geometry.stride().width()
                  + q * geometry.dilation().width()
                  - geometry.padding().left();
          sum += at(w, o, c, p, q) * at(x, n, group * filter.dim(1) + c, row, column);
        }
      }
    }
    return sum;
  }

  /** An element, or 0 where row or column are outside. */
  private static double at(Value value, int n, int c, int row, int column) {
    Shape shape = value.shape();
    boolean inside = row >= 0 && row < shape.dim(2) && column >= 0 && column < shape.dim(3);
    int index = ((n * shape.dim(1) + c) * shape.dim(2) + row) * shape.dim(3) + column;
    return inside ? elements(value)[index] : 0;
  }
}
