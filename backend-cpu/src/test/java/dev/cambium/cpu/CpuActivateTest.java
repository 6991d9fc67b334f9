package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.View;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuActivateTest extends OpenBackend {
  static Stream<Activation> activations() {
    return Stream.of(
        Activation.RELU,
        new Activation.LeakyRelu(0.01),
        new Activation.LeakyRelu(0),
        new Activation.Tanh(),
        new Activation.Sigmoid());
  }

  private static final List<Shape> SHAPES =
      List.of(
          Shape.scalar(),
          Shape.of(1),
          Shape.of(17),
          Shape.of(3, 5, 7),
          Shape.of(2, 3, 5, 7),
          Shape.of(0, 4),
          Shape.of(33, 1024));

  @ParameterizedTest
  @MethodSource("activations")
  void functionAndGradientAreGoodToAFewUnits(Activation activation) {
    Activate forward = new Activate(activation);
    ActivateGradient backward = new ActivateGradient(activation);
    for (Shape shape : SHAPES) {
      HostArray x = Agreement.map(Agreement.normal(1, shape.toArray()), v -> 4 * v);
      HostArray y = Agreement.kernel(backend(), forward, x).get(0);
      double[] expected = Agreement.host(forward, x).get(0);
      // oneDNN's tanh and logistic are polynomials good to a few units in the last place.
      Agreement.assertWithin("y", expected, relative(expected, 8, 1e-30), y);
      HostArray dy = Agreement.normal(2, shape.toArray());
      double[] gradient = Agreement.host(backward, dy, y).get(0);
      // 1 - y^2 and y (1 - y) round to units of 1.
      Agreement.assertWithin(
          "dx",
          gradient,
          relative(Agreement.abs(dy).toDoubles(), 3, 1e-30),
          Agreement.kernel(backend(), backward, dy, y).get(0));
    }
  }

  private static double[] relative(double[] values, double units, double least) {
    double[] bound = new double[values.length];
    for (int i = 0; i < bound.length; i++) {
      bound[i] = Math.abs(values[i]) * units * Agreement.U + least;
    }
    return bound;
  }

  @Test
  void reluPassesInfinityAndStopsEverythingWhereItWasZero() {
    float infinity = Float.POSITIVE_INFINITY;
    HostArray x = HostArray.of(Shape.of(4), infinity, -infinity, -0f, 3e-45f);
    Agreement.assertExact(
        "y",
        new double[] {infinity, 0, 0, 3e-45f},
        Agreement.kernel(backend(), new Activate(Activation.RELU), x).get(0));
    HostArray dy = HostArray.of(Shape.of(4), Float.NaN, infinity, -infinity, Float.NaN);
    HostArray y = HostArray.of(Shape.of(4), 0f, 0f, 1f, -1f);
    Agreement.assertExact(
        "dx",
        new double[] {0, 0, -infinity, 0},
        Agreement.kernel(backend(), new ActivateGradient(Activation.RELU), dy, y).get(0));
  }

  @Test
  void nanBecomesZeroInReluAndStaysElsewhere() {
    HostArray x = Agreement.map(Agreement.normal(1, 37), v -> Double.NaN);
    activations()
        .forEach(
            activation -> {
              boolean zero = activation.derivative(0) == 0 && activation.apply(-1) == 0;
              HostArray y = Agreement.kernel(backend(), new Activate(activation), x).get(0);
              for (double value : y.toDoubles()) {
                assertEquals(zero ? 0 : Double.NaN, value, activation.toString());
              }
            });
  }

  @Test
  void identityIsAViewOfItsInput() {
    List<ValueType> x = List.of(TensorType.float32(2, 3));
    assertEquals(new View(0), backend().prepare(new Activate(Activation.NONE), x));
    assertEquals(
        new View(0),
        backend().prepare(new ActivateGradient(Activation.NONE), List.of(x.get(0), x.get(0))));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void runsInPlace(Activation activation) {
    HostArray x = Agreement.normal(1, 3, 5, 7);
    HostArray dy = Agreement.normal(2, 3, 5, 7);
    HostArray y = Agreement.kernel(backend(), new Activate(activation), x).get(0);
    HostArray dx = Agreement.kernel(backend(), new ActivateGradient(activation), dy, y).get(0);
    try (OpRun run = new OpRun(backend(), new Activate(activation), List.of(x.type()))) {
      backend().upload(x.bytes(), run.output(0));
      Buffer[] only = {run.output(0)};
      run.kernel().run(only, only, null);
      assertEquals(y.bytes(), run.get(0).bytes());
    }
    for (int shared = 0; shared < 2; shared++) {
      try (OpRun run =
          new OpRun(backend(), new ActivateGradient(activation), List.of(dy.type(), y.type()))) {
        run.set(0, dy).set(1, y);
        Buffer[] inputs = run.launch().inputs().clone();
        run.kernel().run(inputs, new Buffer[] {inputs[shared]}, null);
        assertEquals(dx.bytes(), run.input(shared).bytes());
      }
    }
  }
}
