package dev.cambium.op;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The check itself: it must reject operations whose rule or host function is wrong. */
class OpGradientCheckTest {
  /** y = a b, with a rule that can be told to be wrong. */
  private record Product(double error, boolean forgetsB, boolean writes, boolean leavesGap)
      implements Op {
    @Override
    public List<ValueType> infer(List<ValueType> inputs) {
      return List.of(inputs.get(0));
    }

    @Override
    public Optional<HostFunction> host() {
      return Optional.of(
          (in, out) -> {
            double[] a = in.get(0).values();
            for (int i = leavesGap ? 1 : 0; i < a.length; i++) {
              out.get(0).values()[i] = a[i] * in.get(1).values()[i];
            }
            if (writes) {
              a[0] = 0;
            }
          });
    }

    @Override
    public List<Optional<Value>> gradient(
        Emitter emitter,
        List<Value> inputs,
        List<Value> outputs,
        List<Optional<Value>> outputGradients) {
      Value dy = outputGradients.get(0).orElseThrow();
      Value da = emitter.emit(this, dy, inputs.get(1));
      Value db = emitter.emit(this, dy, inputs.get(0));
      HostEmitter.elements(db)[2] *= 1 + error;
      return List.of(Optional.of(da), forgetsB ? Optional.empty() : Optional.of(db));
    }
  }

  @Test
  void acceptsTheRightRule() {
    check(new Product(0, false, false, false)).verify();
  }

  @Test
  void rejectsARuleThatIsOnePercentOffAtOneElement() {
    assertRejected(new Product(0.01, false, false, false), "d/d(input 1)[2]");
  }

  @Test
  void rejectsARuleThatForgetsAnInput() {
    assertRejected(new Product(0, true, false, false), "whether input 1 has a gradient");
  }

  @Test
  void rejectsAHostFunctionThatWritesToItsInput() {
    assertRejected(new Product(0, false, true, false), "wrote to its input 0");
  }

  @Test
  void rejectsAHostFunctionThatForgetsAnElement() {
    assertRejected(new Product(0, false, false, true), "d/d(input 0)[0] is NaN");
  }

  @Test
  void rejectsInputsWhoseGradientIsZeroEverywhere() {
    Value zeros = HostEmitter.tensor(Shape.of(3), 0, 0, 0);
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () -> OpGradientCheck.of(new Product(0, false, false, false), zeros, zeros).verify());
    assertTrue(error.getMessage().contains("zero everywhere"), error.getMessage());
  }

  private static void assertRejected(Op op, String reason) {
    AssertionError error = assertThrows(AssertionError.class, check(op)::verify);
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  private static OpGradientCheck check(Op op) {
    return OpGradientCheck.of(op, HostEmitter.random("a", 3), HostEmitter.random("b", 3));
  }
}
