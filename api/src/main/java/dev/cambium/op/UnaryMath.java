package dev.cambium.op;

import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;

/**
 * A function of each element: y = f(x), as IEEE 754 defines it, NaN and infinities included.
 *
 * <p>Inputs: x, floating, any shape. Outputs: y, like x; it may share x's memory.
 *
 * @param function f
 */
public record UnaryMath(Function function) implements Op {
  /** What is computed. */
  public enum Function {
    /** e^x. */
    EXP,
    /** The natural logarithm; -infinity at 0, NaN below. */
    LOG,
    /** The square root; NaN below 0. */
    SQRT,
    /** x^2. */
    SQUARE,
    /** -x. */
    NEGATE,
    /** |x|; its gradient at 0 is 0. */
    ABS,
    /** 1 / x. */
    RECIPROCAL,
    /** -1, 0 or 1 as x is negative, zero or positive; NaN stays NaN. Its gradient is 0. */
    SIGN
  }

  /** Checks that there is a function. */
  public UnaryMath {
    Objects.requireNonNull(function, "function");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    return List.of(Operands.of(this, inputs, "x").floating(0));
  }

  @Override
  public boolean mayAlias(int output, int input) {
    return true;
  }
}
