package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Checks the gradient rule of an operation against central differences of its host function, in
 * double: for L = sum of dy y with random dy, |analytic - (L(x + h) - L(x - h)) / 2h| must be at
 * most 1e-5 + 1e-3 |analytic| for every element of every floating input, with h = 1e-6.
 *
 * <pre>{@code
 * OpGradientCheck.of(new MatMul(false, true), random("a", 3, 4), random("b", 2, 4)).verify();
 * }</pre>
 */
final class OpGradientCheck {
  private static final double STEP = 1e-6;
  private static final double ABSOLUTE = 1e-5;
  private static final double RELATIVE = 1e-3;

  private final HostEmitter emitter = new HostEmitter();
  private final Op op;
  private final List<Value> inputs;
  private final Set<Integer> constants = new HashSet<>();
  private int[] outputs = {0};

  private OpGradientCheck(Op op, List<Value> inputs) {
    this.op = op;
    this.inputs = inputs;
  }

  /** A check of {@code op} at these inputs, through its first output. */
  static OpGradientCheck of(Op op, Value... inputs) {
    return new OpGradientCheck(op, List.of(inputs));
  }

  /** The outputs on which the loss depends, instead of the first. */
  OpGradientCheck through(int... outputs) {
    this.outputs = outputs;
    return this;
  }

  /** The floating inputs for which the operation states that they have no gradient. */
  OpGradientCheck constant(int... inputs) {
    Arrays.stream(inputs).forEach(constants::add);
    return this;
  }

  /** Fails at the first element whose gradient is wrong. */
  void verify() {
    List<Value> results = emitter.emit(op, inputs);
    List<Optional<Value>> outputGradients = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      int output = i;
      boolean used = Arrays.stream(outputs).anyMatch(o -> o == output);
      outputGradients.add(used ? Optional.of(direction(output, results.get(i))) : Optional.empty());
    }
    List<Optional<Value>> gradients = op.gradient(emitter, inputs, results, outputGradients);
    assertEquals(inputs.size(), gradients.size(), () -> op + ": number of gradients");
    for (int i = 0; i < inputs.size(); i++) {
      boolean differentiable =
          inputs.get(i).type() instanceof TensorType type
              && type.dtype().isFloating()
              && !constants.contains(i);
      int input = i;
      assertEquals(
          differentiable,
          gradients.get(i).isPresent(),
          () -> op + ": whether input " + input + " has a gradient");
      if (differentiable) {
        compare(i, gradients.get(i).orElseThrow(), outputGradients);
      }
    }
  }

  private Value direction(int output, Value result) {
    RandomStream stream = new RandomStream(7, "dy" + output);
    double[] dy = new double[result.shape().intSize()];
    Arrays.setAll(dy, i -> stream.nextGaussian());
    return HostEmitter.tensor(result.tensorType().dtype(), result.shape(), dy);
  }

  private void compare(int input, Value gradient, List<Optional<Value>> outputGradients) {
    assertEquals(
        inputs.get(input).type(), gradient.type(), () -> op + ": type of gradient " + input);
    double[] analytic = HostEmitter.elements(gradient);
    assertTrue(
        analytic.length == 0 || Arrays.stream(analytic).anyMatch(g -> g != 0),
        () -> op + ": the gradient of input " + input + " is zero everywhere; use better inputs");
    for (int i = 0; i < analytic.length; i++) {
      double numeric = difference(input, i, outputGradients);
      if (!(Math.abs(analytic[i] - numeric) <= ABSOLUTE + RELATIVE * Math.abs(analytic[i]))) {
        fail(
            String.format(
                "%s: d/d(input %d)[%d] is %.9g, central differences give %.9g",
                op, input, i, analytic[i], numeric));
      }
    }
  }

  private double difference(int input, int element, List<Optional<Value>> outputGradients) {
    List<Value> above = emitter.emit(op, moved(input, element, STEP));
    List<Value> below = emitter.emit(op, moved(input, element, -STEP));
    double sum = 0;
    for (int output : outputs) {
      double[] dy = HostEmitter.elements(outputGradients.get(output).orElseThrow());
      double[] plus = HostEmitter.elements(above.get(output));
      double[] minus = HostEmitter.elements(below.get(output));
      for (int i = 0; i < dy.length; i++) {
        sum += dy[i] * (plus[i] - minus[i]);
      }
    }
    return sum / (2 * STEP);
  }

  private List<Value> moved(int input, int element, double step) {
    List<Value> moved = new ArrayList<>(inputs);
    TensorType type = inputs.get(input).tensorType();
    double[] elements = HostEmitter.elements(inputs.get(input)).clone();
    elements[element] += step;
    moved.set(input, HostEmitter.tensor(type.dtype(), type.shape(), elements));
    return moved;
  }
}
