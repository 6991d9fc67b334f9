package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;

/**
 * A function of pairs of elements: y = f(a, b), with NumPy's broadcasting ({@link
 * Shape#broadcast}): shapes are aligned at the last axis, and a dimension of 1, or one that is
 * missing, stretches.
 *
 * <p>Inputs: a and b of the same element type, FLOAT32, FLOAT64, INT32 or INT64 (DIVIDE: floating
 * only). Outputs: y of that type and the broadcast shape; it may share the memory of an input of
 * the same shape. NaN in either operand gives NaN, in MAXIMUM and MINIMUM too. What happens when an
 * integer overflows is left open.
 *
 * @param function f
 */
public record BinaryMath(Function function) implements Op {
  /** What is computed. */
  public enum Function {
    /** a + b. */
    ADD,
    /** a - b. */
    SUBTRACT,
    /** a * b. */
    MULTIPLY,
    /** a / b. */
    DIVIDE,
    /** The larger one; equal operands share the gradient, half each. */
    MAXIMUM,
    /** The smaller one; equal operands share the gradient, half each. */
    MINIMUM
  }

  /** Checks that there is a function. */
  public BinaryMath {
    Objects.requireNonNull(function, "function");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "a", "b");
    TensorType a = operands.tensor(0);
    operands.require(
        0,
        a.dtype().isFloating()
            || (function != Function.DIVIDE
                && (a.dtype() == DType.INT32 || a.dtype() == DType.INT64)),
        function == Function.DIVIDE ? "FLOAT32 or FLOAT64" : "FLOAT32, FLOAT64, INT32 or INT64");
    TensorType b = operands.ofType(1, a.dtype());
    return List.of(a.withShape(broadcast(a.shape(), b.shape())));
  }

  private Shape broadcast(Shape a, Shape b) {
    try {
      return a.broadcast(b);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(name() + " " + function + ": " + e.getMessage(), e);
    }
  }

  /**
   * Whether the memory may be shared when the input has the output's shape; an input that is
   * stretched never may.
   */
  @Override
  public boolean mayAlias(int output, int input) {
    return true;
  }
}
