package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.Expectation;
import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.spi.NanBehaviour.Rule;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Activations by themselves, and their gradients.
 *
 * <p>Bounds, with the accuracies that the package of the operations promises: tanh is a function of
 * 5 ulp. A sigmoid 1 / (1 + exp(-x)) is an exponential of 3 ulp, at most all of the denominator, a
 * sum and a division of 2.5 ulp: 6 u + u + 5 u, which is 6 ulp. A leaky ReLU rounds its slope and
 * the product.
 */
final class ActivationCases {
  private static final Map<String, Activation> FUNCTIONS =
      Map.of(
          "NONE", Activation.NONE,
          "RELU", Activation.RELU,
          "LEAKY", new Activation.LeakyRelu(0.01),
          "TANH", new Activation.Tanh(),
          "SIGMOID", new Activation.Sigmoid());
  private static final List<String> NAMES = FUNCTIONS.keySet().stream().sorted().toList();
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  /** Both sides of 0, where a rectifier bends, up to where sigmoid and tanh are flat. */
  private static final double[] KINKS = {
    0, -0.0, 1e-30, -1e-30, 1, -1, 9.5, -9.5, 30, -30, 80, -80, -86, 105, -105, 3e38, -3e38
  };

  /** A sigmoid may become 0 below twice the smallest normal number. */
  private static final Tolerance UNDERFLOW =
      evaluated -> Tolerance.fill(evaluated, (output, i) -> evaluated.tiny());

  private ActivationCases() {}

  /** Every row. */
  static List<OpCase> rows() {
    List<OpCase> rows = new ArrayList<>();
    for (String name : NAMES) {
      for (Shape shape : name.equals("RELU") ? Shapes.ANY : Shapes.FEW) {
        rows.add(forward(name, DType.FLOAT32, shape, "reals", Draw.normal(0, 3)));
      }
      rows.add(forward(name, DType.FLOAT32, Shape.of(4097), "reals", Draw.uniform(-20, 20)));
      rows.add(forward(name, DType.FLOAT32, Shape.of(66_003), "large", Draw.normal(0, 3)));
      rows.add(forward(name, DType.FLOAT32, Shape.of(2, 17, 2, 1), "special", Draw.of(KINKS)));
      rows.add(
          forward(name, DType.FLOAT32, Shape.of(3, 5), "special", Draw.of(INFINITY, -INFINITY, 2)));
      for (Shape shape : Shapes.FEW) {
        rows.add(forward(name, DType.FLOAT64, shape, "reals", Draw.normal(0, 3)));
        rows.add(backward(name, DType.FLOAT32, shape, Draw.normal()));
        rows.add(backward(name, DType.FLOAT64, shape, Draw.normal()));
      }
      rows.add(backward(name, DType.FLOAT32, Shape.of(1023), Draw.normal(0, 100)));
      rows.add(backward(name, DType.FLOAT32, Shape.of(1, 17, 3, 5), Draw.normal()));
    }
    rows.add(slope(0));
    for (String name : List.of("NONE", "LEAKY", "TANH", "SIGMOID")) {
      rows.add(specialGradient(name));
    }
    rows.add(slope(0.25));
    rows.add(slope(3));
    rows.add(rectifierGradient("RELU", Activation.RELU));
    rows.add(rectifierGradient("LEAKY slope 0", new Activation.LeakyRelu(0)));
    return rows;
  }

  /** What a ReLU makes of NaN is its backend's choice, where its own kernel runs. */
  static List<ConformanceCase> cases() {
    List<ConformanceCase> cases = new ArrayList<>();
    for (Shape shape : Shapes.shapes("6", "1030", "2 3 5 7")) {
      cases.add(rectifierOfNan("RELU", Activation.RELU, DType.FLOAT32, shape));
      cases.add(rectifierOfNan("RELU", Activation.RELU, DType.FLOAT64, shape));
      Activation flat = new Activation.LeakyRelu(0);
      cases.add(rectifierOfNan("LEAKY slope 0", flat, DType.FLOAT32, shape));
    }
    for (String name : List.of("NONE", "LEAKY", "TANH", "SIGMOID")) {
      OpCase row =
          forward(
              name,
              DType.FLOAT32,
              Shape.of(2, 3, 5, 7),
              "NaN",
              Draw.normal().with(1, 4, Double.NaN));
      cases.addAll(row.cases());
    }
    return cases;
  }

  private static ConformanceCase rectifierOfNan(
      String name, Activation function, DType dtype, Shape shape) {
    OpCase row =
        OpCase.of(
            new Activate(function),
            name + " " + Shapes.named("x", dtype, shape),
            "NaN",
            Tolerance.EXACT,
            Operand.of(dtype, shape, Draw.normal().with(1, 3, Double.NaN, INFINITY, -INFINITY)));
    OpRun.Judge judge = (backend, e, got) -> judgeNan(row.id(), backend, e, got);
    return new ConformanceCase(
        row.id(), row.op().name(), backend -> new OpRun(row, judge).check(backend));
  }

  /**
   * NaN where the host function has it, unless the backend has said that its own kernels drop it;
   * everything else as expected.
   */
  private static void judgeNan(
      String where, BackendUnderTest backend, Expectation expected, HostArray got) {
    boolean ownKernel = backend.notes().how().filter(OpRun::isNative).isPresent();
    Rule rule = ownKernel ? backend.shared().nanBehaviour().rectifier() : Rule.PROPAGATED;
    double[] want = expected.expected().values().clone();
    int kept = 0;
    int lost = 0;
    for (int i = 0; i < want.length; i++) {
      if (Double.isNaN(want[i])) {
        boolean isNan = Double.isNaN(got.get(i));
        kept += isNan ? 1 : 0;
        lost += isNan ? 0 : 1;
        boolean dropped = rule == Rule.DROPPED || (rule == Rule.EITHER && !isNan);
        want[i] = dropped ? 0 : Double.NaN;
      }
    }
    new Expectation(expected.name(), new DoubleArray(got.shape(), want), expected.bound())
        .check(where + ", where NaN is " + rule, got);
    backend.notes().observe("ReLU of NaN", lost == 0 ? "NaN" : kept == 0 ? "0" : "NaN or 0");
  }

  private static OpCase forward(String name, DType dtype, Shape x, String data, Draw draw) {
    Activation function = FUNCTIONS.get(name);
    OpCase row =
        OpCase.of(
            new Activate(function),
            name + " " + Shapes.named("x", dtype, x),
            data,
            accuracy(function),
            Operand.of(dtype, x, draw));
    return function.equals(Activation.RELU) ? row.zeros() : row;
  }

  private static Tolerance accuracy(Activation function) {
    if (function instanceof Activation.Tanh) {
      return Tolerance.ulps(5);
    }
    if (function instanceof Activation.Sigmoid) {
      return Tolerance.ulps(6).plus(UNDERFLOW);
    }
    return function instanceof Activation.LeakyRelu ? Tolerance.ulps(1.01) : Tolerance.EXACT;
  }

  private static OpCase slope(double slope) {
    return OpCase.of(
            new Activate(new Activation.LeakyRelu(slope)),
            "LEAKY slope " + slope + " x[2, 3, 5, 7]",
            "integers",
            Tolerance.EXACT,
            Operand.of(Shape.of(2, 3, 5, 7), Draw.wide()))
        .zeros();
  }

  /** A gradient that is no number stays none. */
  private static OpCase specialGradient(String name) {
    Shape shape = Shape.of(2, 3, 5, 2);
    return OpCase.of(
        new ActivateGradient(FUNCTIONS.get(name)),
        name + " dy" + shape,
        "special",
        gradientBound(FUNCTIONS.get(name)),
        Operand.of(shape, Draw.normal().with(1, 4, Double.NaN, INFINITY, -INFINITY)),
        Operand.of(shape, Draw.uniform(0.1, 0.9)));
  }

  /** On the output that the forward operation itself has left. */
  private static OpCase backward(String name, DType dtype, Shape shape, Draw dy) {
    Activation function = FUNCTIONS.get(name);
    return OpCase.of(
            new ActivateGradient(function),
            name + " " + Shapes.named("dy", dtype, shape),
            "reals",
            gradientBound(function),
            Operand.of(dtype, shape, dy),
            Operand.of(dtype, shape, outputs(function)))
        .zeros();
  }

  private static Draw outputs(Activation function) {
    Draw x = Draw.normal(0, 2);
    return (type, random) -> {
      double[] values = x.values(type, random);
      for (int i = 0; i < values.length; i++) {
        values[i] = function.apply(values[i]);
      }
      return values;
    };
  }

  /**
   * The derivative of tanh, 1 - y^2, is a difference of numbers that may be close: the rounding of
   * y^2 counts as a whole, difference and product are rounded once more; (1 - y)(1 + y) is better.
   * So is the sigmoid's y - y^2, or y (1 - y). A leaky ReLU rounds its slope and the product; a
   * ReLU selects.
   */
  private static Tolerance gradientBound(Activation function) {
    if (function instanceof Activation.LeakyRelu) {
      return Tolerance.ulps(1.01);
    }
    if (function instanceof Activation.Relu || function instanceof Activation.Identity) {
      return Tolerance.EXACT;
    }
    return evaluated -> {
      double[] dy = evaluated.inputs().get(0).values();
      double[] y = evaluated.inputs().get(1).values();
      return Tolerance.fill(
          evaluated,
          (output, i) ->
              1.01
                      * evaluated.u()
                      * Math.abs(dy[i])
                      * (y[i] * y[i] + 3 * Math.abs(function.derivative(y[i])))
                  + evaluated.tiny() * (1 + Math.abs(dy[i])));
    };
  }

  /** Exactly 0 where y is not above 0, even where dy is NaN or infinite. */
  private static OpCase rectifierGradient(String name, Activation function) {
    return OpCase.of(
            new ActivateGradient(function),
            name + " dy[2, 3, 5, 7]",
            "special",
            Tolerance.EXACT,
            Operand.of(
                Shape.of(2, 3, 5, 7), Draw.of(Double.NaN, INFINITY, -INFINITY, 2, -3, -0.0, 0)),
            Operand.of(
                Shape.of(2, 3, 5, 7), Draw.of(0, 1, -0.0, 1e-30, -1, 5, INFINITY, -INFINITY)))
        .zeros();
  }
}
