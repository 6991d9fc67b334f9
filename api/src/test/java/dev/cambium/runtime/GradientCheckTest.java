package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Emitter;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Linear;
import dev.cambium.op.Op;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.Value;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class GradientCheckTest {
  private static final TensorType THREE = TensorType.of(DType.FLOAT64, 3);

  @Test
  void aRightGradientPasses() {
    Map<String, HostArray> values =
        Map.of(
            "x", HostArray.of(Shape.of(2, 2), 0.5, -1.0, 2.0, 0.25),
            "w", HostArray.of(Shape.of(3, 2), 1.0, 2.0, -1.0, 0.5, 0.3, -0.7));
    Function<GraphBuilder, Value> network =
        b ->
            b.emit(
                new Linear(false, new Activation.Tanh()),
                b.input("x", TensorType.of(DType.FLOAT64, 2, 2)),
                b.state("w", TensorType.of(DType.FLOAT64, 3, 2)));
    List<GradientCheck.Result> results = new GradientCheck(network, values, 100).run();
    assertEquals(2, results.size());
    assertTrue(results.stream().allMatch(GradientCheck.Result::passed), results.toString());
    assertEquals(10, results.stream().mapToInt(GradientCheck.Result::checked).sum());
  }

  @Test
  void aGradientThatIsNoNumberIsFoundWhateverComesAfterIt() {
    UnaryMath root = new UnaryMath(UnaryMath.Function.SQRT);
    GradientCheck.Result result = check(b -> b.emit(root, b.state("x", THREE)), 0, 1, 4).get(0);
    assertFalse(result.passed(), "the slope at 0 is infinite");
    assertEquals(0, result.index());
  }

  @Test
  void aWrongGradientIsFoundWithItsPlaceAndValues() {
    GradientCheck.Result result =
        check(b -> b.emit(new WrongCube(), b.state("x", THREE)), 1, 2, 3).get(0);
    assertFalse(result.passed());
    assertEquals("x", result.name());
    assertEquals(
        result.gradient(), result.difference() * 2 / 3, 1e-6, "2 x^2 in the place of 3 x^2");
  }

  @Test
  void aKinkIsSteppedOverAndCounted() {
    GradientCheck.Result result =
        check(b -> b.emit(new Activate(Activation.RELU), b.state("x", THREE)), 0, 1, 1e-8).get(0);
    assertTrue(result.passed(), result.toString());
    assertTrue(result.kinks() >= 1, "x = 0 lies on the kink of ReLU");
  }

  @Test
  void aWrongSlopeAtAKinkIsNotExcused() {
    GradientCheck.Result result =
        check(b -> b.emit(new Affine(1, 0), b.emit(new WrongRelu(), b.state("x", THREE))), 0, 0, 0)
            .get(0);
    assertFalse(result.passed(), result.toString());
  }

  @Test
  void aMissingValueIsNamed() {
    GradientCheck check =
        new GradientCheck(b -> b.emit(new Affine(2, 0), b.state("x", THREE)), Map.of(), 1);
    assertTrue(
        assertThrows(IllegalArgumentException.class, check::run).getMessage().contains("'x'"));
  }

  private static List<GradientCheck.Result> check(
      Function<GraphBuilder, Value> network, double... x) {
    return new GradientCheck(network, Map.of("x", HostArray.of(Shape.of(3), x)), 10).run();
  }

  private record WrongCube() implements Op {
    @Override
    public List<ValueType> infer(List<ValueType> inputs) {
      return inputs;
    }

    @Override
    public List<Optional<Value>> gradient(
        Emitter e, List<Value> in, List<Value> out, List<Optional<Value>> dOut) {
      Value square = e.emit(new UnaryMath(UnaryMath.Function.SQUARE), in.get(0));
      Value twice = e.emit(new Affine(2, 0), square);
      return List.of(
          Optional.of(
              e.emit(
                  new BinaryMath(BinaryMath.Function.MULTIPLY), dOut.get(0).orElseThrow(), twice)));
    }

    @Override
    public Optional<HostFunction> host() {
      return Optional.of(
          (in, out) -> {
            for (int i = 0; i < 3; i++) {
              out.get(0).values()[i] = Math.pow(in.get(0).values()[i], 3);
            }
          });
    }
  }

  /** ReLU whose slope at 0 is 3, as on neither side of the kink. */
  private record WrongRelu() implements Op {
    @Override
    public List<ValueType> infer(List<ValueType> inputs) {
      return inputs;
    }

    @Override
    public List<Optional<Value>> gradient(
        Emitter e, List<Value> in, List<Value> out, List<Optional<Value>> dOut) {
      return List.of(Optional.of(e.emit(new Affine(3, 0), dOut.get(0).orElseThrow())));
    }

    @Override
    public Optional<HostFunction> host() {
      return new Activate(Activation.RELU).host();
    }
  }
}
