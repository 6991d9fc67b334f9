package dev.cambium.op;

import static dev.cambium.op.HostEmitter.counting;
import static dev.cambium.op.HostEmitter.elements;
import static dev.cambium.op.HostEmitter.random;
import static dev.cambium.op.HostEmitter.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Literals are worked out by hand from the formulas in the javadoc. */
class LinearTest {
  private static final Linear BIASED = new Linear(true, Activation.NONE);
  private static final Value WEIGHTS = tensor(Shape.of(2, 3), 1, 0, -1, 2, 1, 0);

  private final HostEmitter host = new HostEmitter();

  @Test
  void multipliesByTheRowsOfTheWeightsAndAddsTheBias() {
    double[] y = host.compute(BIASED, counting(2, 3), WEIGHTS, tensor(Shape.of(2), 10, 20));
    assertArrayEquals(new double[] {8, 24, 8, 33}, y);
  }

  @Test
  void appliesTheActivationLast() {
    Value b = tensor(Shape.of(2), 1, -10);
    double[] y = host.compute(new Linear(true, Activation.RELU), counting(2, 3), WEIGHTS, b);
    assertArrayEquals(new double[] {0, 0, 0, 3}, y);
  }

  @Test
  void flattensImagesInTheOrderOfChannelsRowsColumns() {
    Linear op = new Linear(false, Activation.NONE);
    Value w = tensor(Shape.of(1, 8), 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1);
    assertArrayEquals(new double[] {12345678}, host.compute(op, counting(1, 2, 2, 2), w));
  }

  @Test
  void dataGradientMultipliesByTheWeightsAndTakesTheInputsShape() {
    Op op = new LinearBackwardData(Shape.of(1, 3, 1, 1));
    Value dx = host.emit(op, counting(1, 2), WEIGHTS);
    assertEquals(Shape.of(1, 3, 1, 1), dx.shape());
    assertArrayEquals(new double[] {5, 2, -1}, elements(dx));
  }

  @Test
  void weightGradientSumsOverTheBatch() {
    Value dy = tensor(Shape.of(2, 1), 1, 10);
    List<Value> gradients = host.emit(new LinearBackwardWeights(true), List.of(counting(2, 3), dy));
    assertArrayEquals(new double[] {41, 52, 63}, elements(gradients.get(0)));
    assertArrayEquals(new double[] {11}, elements(gradients.get(1)));
  }

  @Test
  void gradientEqualsCentralDifferences() {
    for (Activation activation :
        List.of(
            Activation.NONE, Activation.RELU, new Activation.Tanh(), new Activation.Sigmoid())) {
      OpGradientCheck.of(
              new Linear(true, activation), random("x", 3, 5), random("w", 4, 5), random("b", 4))
          .verify();
      OpGradientCheck.of(new Linear(false, activation), random("x", 2, 3, 2, 1), random("w", 4, 6))
          .verify();
    }
  }

  @Test
  void loweringsComputeTheSame() {
    Value x = random("x", 3, 2, 2, 2);
    Value w = random("w", 5, 8);
    Value dy = random("dy", 3, 5);
    host.assertLoweringAgrees(
        new Linear(true, new Activation.Tanh()), List.of(x, w, random("b", 5)));
    host.assertLoweringAgrees(new Linear(false, Activation.NONE), List.of(x, w));
    host.assertLoweringAgrees(new LinearBackwardData(x.shape()), List.of(dy, w));
    host.assertLoweringAgrees(new LinearBackwardWeights(true), List.of(x, dy));
    host.assertLoweringAgrees(new LinearBackwardWeights(false), List.of(x, dy));
  }

  @Test
  void anEmptyBatchGivesAnEmptyOutputAndZeroWeightGradients() {
    Value y = host.emit(BIASED, counting(0, 3), WEIGHTS, counting(2));
    assertEquals(Shape.of(0, 2), y.shape());
    List<Value> gradients = host.emit(new LinearBackwardWeights(true), List.of(counting(0, 3), y));
    assertArrayEquals(new double[6], elements(gradients.get(0)));
    assertArrayEquals(new double[2], elements(gradients.get(1)));
    assertEquals(
        Shape.of(0, 3, 1),
        host.emit(new LinearBackwardData(Shape.of(0, 3, 1)), y, WEIGHTS).shape());
  }

  @Test
  void inferenceNamesTheInputThatDoesNotFit() {
    InferenceErrors errors = new InferenceErrors(BIASED);
    TensorType x = TensorType.float32(64, 3, 8, 8);
    TensorType w = TensorType.float32(10, 192);
    errors.says("Linear expects 3 inputs [x, w, b], got 2", x, w);
    errors.says(
        "input w was FLOAT32[10, 64], expected FLOAT32[O, 192] (x is FLOAT32[64, 3, 8, 8])",
        x,
        TensorType.float32(10, 64),
        TensorType.float32(10));
    errors.says("input b was FLOAT32[9], expected FLOAT32[10]", x, w, TensorType.float32(9));
    errors.says("input x was FLOAT32[64], expected rank 2 or more", TensorType.float32(64), w, w);
    errors.says("input x was INT32[64, 192]", InferenceErrors.int32(64, 192), w, w);
  }

  @Test
  void inferenceOfTheGradientsNamesTheInputThatDoesNotFit() {
    new InferenceErrors(new LinearBackwardData(Shape.of(64, 3, 8, 8)))
        .says(
            "input w was FLOAT32[10, 64], expected FLOAT32[10, 192]",
            TensorType.float32(64, 10),
            TensorType.float32(10, 64));
    new InferenceErrors(new LinearBackwardWeights(true))
        .says(
            "input dy was FLOAT32[63, 10], expected FLOAT32[64, O]",
            TensorType.float32(64, 192),
            TensorType.float32(63, 10));
    assertThrows(
        IllegalArgumentException.class, () -> new LinearBackwardData(Shape.of(3)), "no batch");
  }
}
