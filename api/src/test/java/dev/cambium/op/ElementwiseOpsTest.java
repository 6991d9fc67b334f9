package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ElementwiseOpsTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private final HostEmitter emitter = new HostEmitter();

  static Stream<Activation> activations() {
    return Stream.of(
        Activation.NONE,
        Activation.RELU,
        new Activation.LeakyRelu(0.01),
        new Activation.Tanh(),
        new Activation.Sigmoid());
  }

  @ParameterizedTest
  @MethodSource("activations")
  void theGradientOfAnActivationIsReadOffItsOutput(Activation function) {
    OpGradientCheck.of(new Activate(function), HostEmitter.spaced("x", 3, 4)).verify();
  }

  @Test
  void activationsHaveTheirTextbookValues() {
    // tanh(0.5) and 1 / (1 + 1/e) to ten digits
    assertArrayEquals(new double[] {-2, 0.5}, activate(Activation.NONE, -2, 0.5));
    assertArrayEquals(new double[] {0, 0.5, NAN}, activate(Activation.RELU, -2, 0.5, NAN));
    assertArrayEquals(new double[] {-0.02, 0.5}, activate(new Activation.LeakyRelu(0.01), -2, 0.5));
    assertArrayEquals(
        new double[] {-0.4621171573, 1}, activate(new Activation.Tanh(), -0.5, 1000), 1e-10);
    assertArrayEquals(
        new double[] {0.7310585786, 0, 1},
        activate(new Activation.Sigmoid(), 1, -1000, 1000),
        1e-10);
  }

  @Test
  void aLeakyRectifierOfSlopeZeroIsTheRectifier() {
    double[] x = {-INF, -2, -0.0, 3, NAN};
    assertArrayEquals(activate(Activation.RELU, x), activate(new Activation.LeakyRelu(0), x));
    Value dy = HostEmitter.tensor(Shape.of(3), INF, NAN, -5);
    Value y = HostEmitter.tensor(Shape.of(3), 0, 0, 1);
    ActivateGradient gradient = new ActivateGradient(new Activation.LeakyRelu(0));
    assertArrayEquals(new double[] {0, 0, -5}, emitter.compute(gradient, dy, y));
  }

  private double[] activate(Activation function, double... x) {
    return emitter.compute(new Activate(function), HostEmitter.tensor(Shape.of(x.length), x));
  }

  @Test
  void reluStopsAnyGradientWhereItsOutputIsZero() {
    double[] dx =
        emitter.compute(
            new ActivateGradient(Activation.RELU),
            HostEmitter.tensor(Shape.of(4), NAN, INF, 3, NAN),
            HostEmitter.tensor(Shape.of(4), 0, 0, 2, 2));
    assertArrayEquals(new double[] {0, 0, 3, NAN}, dx);
  }

  @ParameterizedTest
  @EnumSource(names = "SIGN", mode = EnumSource.Mode.EXCLUDE)
  void theGradientOfAFunctionOfOneNumberIsItsDerivative(UnaryMath.Function function) {
    Value positive = HostEmitter.tensor(Shape.of(4), 0.3, 1.7, 2.5, 4.1);
    OpGradientCheck.of(new UnaryMath(function), positive).verify();
    if (function != UnaryMath.Function.LOG && function != UnaryMath.Function.SQRT) {
      OpGradientCheck.of(new UnaryMath(function), HostEmitter.spaced("x", 2, 3)).verify();
    }
  }

  @Test
  void functionsOfOneNumberFollowIeee754AtTheEdges() {
    assertArrayEquals(new double[] {1, 0, INF, NAN}, unary("EXP", 0, -INF, INF, NAN));
    assertArrayEquals(new double[] {0, -INF, NAN, INF}, unary("LOG", 1, 0, -1, INF));
    assertArrayEquals(new double[] {3, 0, NAN}, unary("SQRT", 9, 0, -1));
    assertArrayEquals(new double[] {9, INF}, unary("SQUARE", -3, -INF));
    assertArrayEquals(new double[] {-9, INF}, unary("NEGATE", 9, -INF));
    assertArrayEquals(new double[] {3, INF, NAN}, unary("ABS", -3, -INF, NAN));
    assertArrayEquals(new double[] {0.25, INF, -0.0}, unary("RECIPROCAL", 4, 0, -INF));
    assertArrayEquals(new double[] {-1, 0, 1, NAN}, unary("SIGN", -3, 0, 1e-300, NAN));
  }

  private double[] unary(String function, double... x) {
    return emitter.compute(
        new UnaryMath(UnaryMath.Function.valueOf(function)),
        HostEmitter.tensor(Shape.of(x.length), x));
  }

  @Test
  void theGradientOfTheAbsoluteValueAtZeroIsZero() {
    Value x = HostEmitter.tensor(Shape.of(3), -2, 0, 2);
    Value dy = HostEmitter.tensor(Shape.of(3), 5, 5, 5);
    UnaryMath abs = new UnaryMath(UnaryMath.Function.ABS);
    assertArrayEquals(new double[] {-5, 0, 5}, gradient(abs, List.of(x), dy, 0));
  }

  @Test
  void theSignHasNoGradient() {
    Value x = HostEmitter.counting(3);
    UnaryMath sign = new UnaryMath(UnaryMath.Function.SIGN);
    assertEquals(
        List.of(Optional.empty()),
        sign.gradient(
            emitter, List.of(x), emitter.emit(sign, List.of(x)), List.of(Optional.of(x))));
  }

  @ParameterizedTest
  @EnumSource
  void theGradientOfABroadcastOperandIsSummedOverItsRepetitions(BinaryMath.Function function) {
    Op op = new BinaryMath(function);
    Value a = HostEmitter.spaced("a", 2, 3, 4);
    OpGradientCheck.of(op, a, HostEmitter.spaced("b", 2, 3, 4)).verify();
    OpGradientCheck.of(op, a, HostEmitter.spaced("c", 3, 1)).verify();
    OpGradientCheck.of(op, HostEmitter.spaced("d", 1, 4), a).verify();
    OpGradientCheck.of(op, HostEmitter.spaced("e", 3, 1), HostEmitter.spaced("f", 1, 2)).verify();
    OpGradientCheck.of(op, a, HostEmitter.tensor(Shape.scalar(), 0.33)).verify();
  }

  @Test
  void operandsAreStretchedAsNumPyDoes() {
    Value column = HostEmitter.tensor(Shape.of(2, 1), 10, 20);
    Value row = HostEmitter.tensor(Shape.of(3), 1, 2, 3);
    assertArrayEquals(
        new double[] {11, 12, 13, 21, 22, 23},
        emitter.compute(new BinaryMath(BinaryMath.Function.ADD), column, row));
    assertArrayEquals(
        new double[] {10, 5, 10 / 3.0, 20, 10, 20 / 3.0},
        emitter.compute(new BinaryMath(BinaryMath.Function.DIVIDE), column, row));
    Value none = HostEmitter.tensor(Shape.of(0, 3));
    assertEquals(
        0, emitter.compute(new BinaryMath(BinaryMath.Function.MULTIPLY), none, row).length);
  }

  @Test
  void nanInEitherOperandWins() {
    Value a = HostEmitter.tensor(Shape.of(3), NAN, 1, -INF);
    Value b = HostEmitter.tensor(Shape.of(3), 1, NAN, 2);
    assertArrayEquals(
        new double[] {NAN, NAN, 2},
        emitter.compute(new BinaryMath(BinaryMath.Function.MAXIMUM), a, b));
    assertArrayEquals(
        new double[] {NAN, NAN, -INF},
        emitter.compute(new BinaryMath(BinaryMath.Function.MINIMUM), a, b));
  }

  @ParameterizedTest
  @EnumSource(names = {"MAXIMUM", "MINIMUM"})
  void equalOperandsShareTheGradient(BinaryMath.Function function) {
    Value a = HostEmitter.tensor(Shape.of(2), 3, 3);
    Value dy = HostEmitter.tensor(Shape.of(2), 4, -6);
    for (int input = 0; input < 2; input++) {
      assertArrayEquals(
          new double[] {2, -3}, gradient(new BinaryMath(function), List.of(a, a), dy, input));
    }
  }

  @Test
  void integersAreAddedButNotDivided() {
    Value a = HostEmitter.tensor(DType.INT32, Shape.of(2), 1, 2);
    BinaryMath add = new BinaryMath(BinaryMath.Function.ADD);
    assertArrayEquals(new double[] {2, 4}, emitter.compute(add, a, a));
    List<Value> sum = emitter.emit(add, List.of(a, a));
    assertEquals(TensorType.of(DType.INT32, 2), sum.get(0).type());
    assertEquals(
        List.of(Optional.empty(), Optional.empty()),
        add.gradient(emitter, List.of(a, a), sum, List.of(Optional.empty())));
    rejected(new BinaryMath(BinaryMath.Function.DIVIDE), "FLOAT32 or FLOAT64", a, a);
  }

  @Test
  void aStraightLineHasItsSlopeAsGradient() {
    OpGradientCheck.of(new Affine(-2.5, 7), HostEmitter.random("x", 2, 3)).verify();
    assertArrayEquals(
        new double[] {3.5, 4, 4.5}, emitter.compute(new Affine(0.5, 3), HostEmitter.counting(3)));
  }

  @Test
  void castsRoundToFloatAndTruncateAndSaturateToIntegers() {
    double[] x = {0.1, -1.9, 300, 1e19, -INF, NAN};
    assertArrayEquals(new double[] {0.1f, -1.9f, 300, 1e19f, -INF, NAN}, cast(DType.FLOAT32, x));
    assertArrayEquals(x, cast(DType.FLOAT64, x));
    assertArrayEquals(
        new double[] {0, -1, 300, Integer.MAX_VALUE, Integer.MIN_VALUE, 0}, cast(DType.INT32, x));
    assertArrayEquals(
        new double[] {0, -1, 300, Long.MAX_VALUE, Long.MIN_VALUE, 0}, cast(DType.INT64, x));
    assertArrayEquals(new double[] {0, 0, 255, 255, 0, 0}, cast(DType.UINT8, x));
  }

  private double[] cast(DType to, double... x) {
    return emitter.compute(new Cast(to), HostEmitter.tensor(Shape.of(x.length), x));
  }

  @Test
  void onlyCastsBetweenFloatingTypesHaveAGradient() {
    OpGradientCheck.of(new Cast(DType.FLOAT64), HostEmitter.random("x", 3)).verify();
    Value x = HostEmitter.tensor(DType.FLOAT32, Shape.of(1), 1);
    Value dy = HostEmitter.tensor(DType.FLOAT64, Shape.of(1), 3);
    Value dx =
        new Cast(DType.FLOAT64)
            .gradient(emitter, List.of(x), List.of(dy), List.of(Optional.of(dy)))
            .get(0)
            .orElseThrow();
    assertEquals(TensorType.float32(1), dx.type());
    assertTrue(
        new Cast(DType.INT32)
            .gradient(emitter, List.of(x), List.of(dy), List.of(Optional.of(dy)))
            .get(0)
            .isEmpty());
  }

  @Test
  void fillGivesOneValueEverywhere() {
    Fill fill = new Fill(TensorType.of(DType.INT32, 2, 2), 7);
    assertArrayEquals(new double[] {7, 7, 7, 7}, emitter.compute(fill));
    assertEquals(TensorType.of(DType.INT32, 2, 2), fill.infer(List.of()).get(0));
  }

  @Test
  void fillTakesOnlyWhatItsIntegerTypeHolds() {
    for (double value : new double[] {0.5, 0x1p31, INF, NAN}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Fill(TensorType.of(DType.INT32, 1), value))
              .getMessage();
      assertEquals(
          "value of Fill must be a whole number in the range of INT32, got " + value, message);
    }
    assertThrows(
        IllegalArgumentException.class, () -> new Fill(TensorType.of(DType.UINT8, 1), 256));
    assertThrows(IllegalArgumentException.class, () -> new Fill(TensorType.of(DType.UINT8, 1), -1));
    assertEquals(255, new Fill(TensorType.of(DType.UINT8, 1), 255).value());
  }

  @Test
  void sumsSquaresOverAllTensors() {
    Value a = HostEmitter.tensor(Shape.of(2), 3, 4);
    Value b = HostEmitter.tensor(Shape.of(1, 1, 1, 2), 12, 0);
    assertArrayEquals(new double[] {169}, emitter.compute(new SumOfSquares(), a, b));
    OpGradientCheck.of(new SumOfSquares(), a, b).verify();
  }

  @Test
  void countsWhatIsNotFinite() {
    Value x = HostEmitter.tensor(Shape.of(2, 3), NAN, 1, INF, -INF, Double.MAX_VALUE, 0);
    assertArrayEquals(new double[] {3}, emitter.compute(new NonFiniteCount(), x));
  }

  @Test
  void inputsThatDoNotFitAreNamed() {
    Value x = HostEmitter.counting(2, 3);
    Value y = HostEmitter.counting(3, 2);
    Value labels = HostEmitter.tensor(DType.INT32, Shape.of(2), 0, 1);
    rejected(new Activate(Activation.RELU), "input x was INT32[2]", labels);
    rejected(new ActivateGradient(Activation.RELU), "input y was FLOAT64[3, 2]", x, y);
    rejected(new UnaryMath(UnaryMath.Function.EXP), "FLOAT32 or FLOAT64", labels);
    rejected(new BinaryMath(BinaryMath.Function.ADD), "input b was FLOAT64[3, 2]", x, y);
    rejected(new BinaryMath(BinaryMath.Function.ADD), "input b was INT32[2]", x, labels);
    rejected(new Affine(1, 0), "expects 1 input [x], got 2", x, y);
    rejected(new Fill(TensorType.float32(1), 0), "expects 0 inputs [], got 1", x);
    rejected(new SumOfSquares(), "input t2 was INT32[2]", x, labels);
    rejected(new SumOfSquares(), "expects 1 input [t1], got 0");
    rejected(new NonFiniteCount(), "input x was INT32[2]", labels);
  }

  private void rejected(Op op, String part, Value... inputs) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> op.infer(Stream.of(inputs).map(Value::type).toList()))
            .getMessage();
    assertTrue(message.contains(part), message);
  }

  private double[] gradient(Op op, List<Value> inputs, Value dy, int input) {
    List<Value> outputs = emitter.emit(op, inputs);
    return HostEmitter.elements(
        op.gradient(emitter, inputs, outputs, List.of(Optional.of(dy))).get(input).orElseThrow());
  }
}
