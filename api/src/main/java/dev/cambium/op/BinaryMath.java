package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
    return List.of(a.withShape(broadcast(operands, a.shape(), b.shape())));
  }

  private static Shape broadcast(Operands operands, Shape a, Shape b) {
    try {
      return a.broadcast(b);
    } catch (IllegalArgumentException e) {
      throw operands.mismatch(1, "a shape that broadcasts with a's; " + e.getMessage());
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

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value a = inputs.get(0);
    Value b = inputs.get(1);
    if (!a.tensorType().dtype().isFloating()) {
      return List.of(Optional.empty(), Optional.empty());
    }
    Value dy = outputGradients.get(0).orElseThrow();
    Value da;
    Value db;
    switch (function) {
      case ADD -> {
        da = dy;
        db = dy;
      }
      case SUBTRACT -> {
        da = dy;
        db = emitter.emit(new Affine(-1, 0), dy);
      }
      case MULTIPLY -> {
        da = emit(emitter, Function.MULTIPLY, dy, b);
        db = emit(emitter, Function.MULTIPLY, dy, a);
      }
      case DIVIDE -> {
        da = emit(emitter, Function.DIVIDE, dy, b);
        db = emitter.emit(new Affine(-1, 0), emit(emitter, Function.MULTIPLY, da, outputs.get(0)));
      }
      case MAXIMUM, MINIMUM -> {
        da = emit(emitter, Function.MULTIPLY, dy, shareOfA(emitter, a, b));
        db = emit(emitter, Function.SUBTRACT, dy, da);
      }
      default -> throw new AssertionError(function);
    }
    return List.of(
        Optional.of(sumTo(emitter, da, a.shape())), Optional.of(sumTo(emitter, db, b.shape())));
  }

  /** 1 where a is chosen, 0 where b is, a half where they are equal. */
  private Value shareOfA(Emitter emitter, Value a, Value b) {
    Value order =
        emitter.emit(
            new UnaryMath(UnaryMath.Function.SIGN), emit(emitter, Function.SUBTRACT, a, b));
    return emitter.emit(new Affine(function == Function.MAXIMUM ? 0.5 : -0.5, 0.5), order);
  }

  private static Value emit(Emitter emitter, Function function, Value a, Value b) {
    return emitter.emit(new BinaryMath(function), a, b);
  }

  /** The sum of {@code value} over the axes along which {@code shape} was stretched. */
  private static Value sumTo(Emitter emitter, Value value, Shape shape) {
    Shape stretched = value.shape();
    int missing = stretched.rank() - shape.rank();
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < stretched.rank(); axis++) {
      if (axis < missing || shape.dim(axis - missing) != stretched.dim(axis)) {
        axes.add(axis);
      }
    }
    if (axes.isEmpty()) {
      return value;
    }
    Value sum = emitter.emit(new Reduce(Reduce.Function.SUM, axes, false), value);
    return sum.shape().equals(shape) ? sum : emitter.emit(new Reshape(shape), sum);
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostBinaryMath.of(function));
  }
}
