package dev.cambium.op;

import static dev.cambium.op.HostEmitter.counting;
import static dev.cambium.op.HostEmitter.elements;
import static dev.cambium.op.HostEmitter.random;
import static dev.cambium.op.HostEmitter.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Literals are worked out by hand; an epsilon of 4 beside a variance of 5 makes the root 3. */
class BatchNormTest {
  private static final double EPSILON = 4;
  private static final double ROUNDING = 1e-14;
  private static final Value COLUMN = tensor(Shape.of(4, 1), 1, 3, 5, 7);

  private final HostEmitter host = new HostEmitter();

  @Test
  void normalisesByTheBiasedVarianceOfTheBatch() {
    List<Value> results = host.emit(training(Activation.NONE), columnInputs());
    assertArrayEquals(new double[] {-5, -1, 3, 7}, elements(results.get(0)), ROUNDING);
    assertArrayEquals(new double[] {4}, elements(results.get(1)));
    assertArrayEquals(new double[] {5}, elements(results.get(2)));
    assertEquals(Opaque.NONE, results.get(3).type());
  }

  @Test
  void appliesTheActivationLast() {
    List<Value> results = host.emit(training(Activation.RELU), columnInputs());
    assertArrayEquals(new double[] {0, 0, 3, 7}, elements(results.get(0)), ROUNDING);
  }

  @Test
  void takesTheStatisticsOfEachChannelOverImagesRowsAndColumns() {
    Value x = tensor(Shape.of(2, 2, 1, 2), 1, 3, 10, 10, 5, 7, 10, 10);
    List<Value> results =
        host.emit(
            training(Activation.NONE),
            List.of(x, tensor(Shape.of(2), 6, 8), tensor(Shape.of(2), 1, 2)));
    assertArrayEquals(new double[] {-5, -1, 2, 2, 3, 7, 2, 2}, elements(results.get(0)), ROUNDING);
    assertArrayEquals(new double[] {4, 10}, elements(results.get(1)));
    assertArrayEquals(new double[] {5, 0}, elements(results.get(2)));
  }

  @Test
  void keepsItsPrecisionWhenTheMeanIsFarFromZero() {
    Value x = tensor(Shape.of(4, 1), 1e8 + 1, 1e8 + 3, 1e8 + 5, 1e8 + 7);
    List<Value> results =
        host.emit(training(Activation.NONE), List.of(x, counting(1), counting(1)));
    assertArrayEquals(new double[] {5}, elements(results.get(2)));
  }

  @Test
  void gradientPassesTheStatistics() {
    List<Value> inputs = columnInputs();
    List<Value> forward = host.emit(training(Activation.NONE), inputs);
    List<Value> gradients =
        host.emit(
            new BatchNormBackward(EPSILON, Activation.NONE),
            List.of(
                tensor(Shape.of(4, 1), 1, 0, 0, 0),
                COLUMN,
                forward.get(0),
                inputs.get(1),
                forward.get(1),
                forward.get(2),
                forward.get(3)));
    assertArrayEquals(
        new double[] {1, -2.0 / 3, -1.0 / 3, 0}, elements(gradients.get(0)), ROUNDING);
    assertArrayEquals(new double[] {-1}, elements(gradients.get(1)), ROUNDING);
    assertArrayEquals(new double[] {1}, elements(gradients.get(2)));
  }

  @Test
  void trainingGradientEqualsCentralDifferences() {
    for (Activation activation : List.of(Activation.NONE, Activation.RELU)) {
      for (int[] shape : new int[][] {{5, 3}, {2, 3, 2, 3}, {1, 2, 3, 2}, {2, 1, 1, 1}}) {
        BatchNormTraining op = new BatchNormTraining(1e-5, activation);
        OpGradientCheck.of(op, random("x", shape), random("g", shape[1]), random("b", shape[1]))
            .verify();
      }
    }
  }

  @Test
  void gradientThroughTheStatisticsEqualsCentralDifferences() {
    BatchNormTraining op = new BatchNormTraining(1e-5, Activation.RELU);
    Value x = random("x", 2, 3, 2, 2);
    Value gamma = random("g", 3);
    Value beta = random("b", 3);
    OpGradientCheck.of(op, x, gamma, beta).through(0, 1, 2).verify();
    OpGradientCheck.of(op, x, gamma, beta).through(1).constant(1, 2).verify();
    OpGradientCheck.of(op, x, gamma, beta).through(2).constant(1, 2).verify();
    OpGradientCheck.of(op, random("x", 4, 3), gamma, beta).through(0, 2).verify();
  }

  @Test
  void inferenceUsesTheGivenStatistics() {
    Op op = new BatchNormInference(EPSILON, Activation.NONE);
    assertArrayEquals(new double[] {3, -12}, host.compute(op, given()), ROUNDING);
    Op fused = new BatchNormInference(EPSILON, Activation.RELU);
    assertArrayEquals(new double[] {3, 0}, host.compute(fused, given()), ROUNDING);
  }

  @Test
  void inferenceGradientEqualsCentralDifferences() {
    for (Activation activation : List.of(Activation.NONE, Activation.RELU, new Activation.Tanh())) {
      for (int[] shape : new int[][] {{1, 3}, {2, 3, 2, 3}}) {
        OpGradientCheck.of(
                new BatchNormInference(1e-5, activation),
                random("x", shape),
                random("g", 3),
                random("b", 3),
                random("m", 3),
                tensor(Shape.of(3), 0.5, 1, 2))
            .constant(3, 4)
            .verify();
      }
    }
  }

  @Test
  void loweringsComputeTheSame() {
    for (int[] shape : new int[][] {{4, 3}, {2, 3, 2, 3}}) {
      Value x = random("x", shape);
      Value gamma = random("g", 3);
      List<Value> inputs = List.of(x, gamma, random("b", 3));
      host.assertLoweringAgrees(training(Activation.RELU), inputs);
      List<Value> forward = host.emit(training(Activation.RELU), inputs);
      host.assertLoweringAgrees(
          new BatchNormBackward(EPSILON, Activation.RELU),
          List.of(
              random("dy", shape),
              x,
              forward.get(0),
              gamma,
              forward.get(1),
              forward.get(2),
              forward.get(3)));
      host.assertLoweringAgrees(
          new BatchNormInference(EPSILON, Activation.RELU),
          List.of(x, gamma, random("b", 3), random("m", 3), tensor(Shape.of(3), 0.5, 1, 2)));
    }
  }

  @Test
  void runningStatisticsMoveByTheMomentumAndMakeTheVarianceUnbiased() {
    List<Value> moved =
        host.emit(
            new RunningStatistics(0.1, 4),
            List.of(
                tensor(Shape.of(1), 2),
                tensor(Shape.of(1), 1),
                tensor(Shape.of(1), 4),
                tensor(Shape.of(1), 6)));
    assertArrayEquals(new double[] {0.9 * 2 + 0.1 * 4}, elements(moved.get(0)), ROUNDING);
    assertArrayEquals(new double[] {0.9 * 1 + 0.1 * 8}, elements(moved.get(1)), ROUNDING);
  }

  @Test
  void onlyRunningStatisticsAndInferenceWriteInPlace() {
    Op moving = new RunningStatistics(0.1, 4);
    Op given = new BatchNormInference(EPSILON, Activation.RELU);
    for (int input = 0; input < 5; input++) {
      assertEquals(input == 0, moving.mayAlias(0, input));
      assertEquals(input == 1, moving.mayAlias(1, input));
      assertEquals(input == 0, given.mayAlias(0, input));
      assertEquals(false, training(Activation.RELU).mayAlias(0, input));
    }
  }

  @Test
  void oneValuePerChannelIsAnErrorInTraining() {
    InferenceErrors errors = new InferenceErrors(training(Activation.NONE));
    TensorType channels = TensorType.float32(3);
    errors.says(
        "input x was FLOAT32[1, 3, 1, 1], expected more than one value per channel",
        TensorType.float32(1, 3, 1, 1),
        channels,
        channels);
    errors.says(
        "input x was FLOAT32[0, 3], expected more than one value",
        TensorType.float32(0, 3),
        channels,
        channels);
  }

  @Test
  void inferenceOfAnEmptyBatchIsEmpty() {
    Value c = counting(3);
    Op op = new BatchNormInference(1e-5, Activation.NONE);
    assertEquals(Shape.of(0, 3, 2, 2), host.emit(op, counting(0, 3, 2, 2), c, c, c, c).shape());
  }

  @Test
  void shapeInferenceNamesTheInputThatDoesNotFit() {
    TensorType x = TensorType.float32(8, 3, 4, 4);
    TensorType channels = TensorType.float32(3);
    new InferenceErrors(training(Activation.NONE))
        .says(
            "input beta was FLOAT32[4], expected FLOAT32[3] (one per channel of x",
            x,
            channels,
            TensorType.float32(4));
    new InferenceErrors(new BatchNormInference(1e-5, Activation.NONE))
        .says(
            "input runningVariance was FLOAT64[3], expected FLOAT32[3]",
            x,
            channels,
            channels,
            channels,
            InferenceErrors.float64(3));
    new InferenceErrors(new BatchNormBackward(1e-5, Activation.NONE))
        .says(
            "input workspace was FLOAT32[3], expected a backend's cache",
            x,
            x,
            x,
            channels,
            channels,
            channels,
            channels);
    new InferenceErrors(new RunningStatistics(0.1, 4))
        .says(
            "input mean was FLOAT32[4], expected FLOAT32[3]",
            channels,
            channels,
            TensorType.float32(4),
            channels);
  }

  @Test
  void settingsOutOfRangeAreRefusedWithTheirValue() {
    assertRefused("epsilon", () -> new BatchNormTraining(0, Activation.NONE));
    assertRefused("epsilon", () -> new BatchNormInference(Double.NaN, Activation.NONE));
    assertRefused("Tanh", () -> new BatchNormTraining(1e-5, new Activation.Tanh()));
    assertRefused("1.5", () -> new RunningStatistics(1.5, 4));
    assertRefused("count", () -> new RunningStatistics(0.1, 1));
  }

  private static void assertRefused(String expected, Runnable construction) {
    String message = assertThrows(IllegalArgumentException.class, construction::run).getMessage();
    assertTrue(message.contains(expected), message);
  }

  private static BatchNormTraining training(Activation activation) {
    return new BatchNormTraining(EPSILON, activation);
  }

  private static List<Value> columnInputs() {
    return List.of(COLUMN, tensor(Shape.of(1), 6), tensor(Shape.of(1), 1));
  }

  private static Value[] given() {
    return new Value[] {
      tensor(Shape.of(1, 2), 5, 7),
      tensor(Shape.of(2), 3, 4),
      tensor(Shape.of(2), 1, -20),
      tensor(Shape.of(2), 3, 3),
      tensor(Shape.of(2), 5, 0)
    };
  }
}
