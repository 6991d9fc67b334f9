package dev.cambium.op;

import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value x = inputs.get(0);
    Value y = outputs.get(0);
    Value dy = outputGradients.get(0).orElseThrow();
    return List.of(
        switch (function) {
          case EXP -> Optional.of(times(emitter, dy, y));
          case LOG -> Optional.of(over(emitter, dy, x));
          case SQRT -> Optional.of(over(emitter, scaled(emitter, 0.5, dy), y));
          case SQUARE -> Optional.of(times(emitter, scaled(emitter, 2, dy), x));
          case NEGATE -> Optional.of(scaled(emitter, -1, dy));
          case ABS ->
              Optional.of(times(emitter, dy, emitter.emit(new UnaryMath(Function.SIGN), x)));
          case RECIPROCAL ->
              Optional.of(times(emitter, scaled(emitter, -1, dy), times(emitter, y, y)));
          case SIGN -> Optional.empty();
        });
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostElementwise.map(HostElementwise.function(function)));
  }

  private static Value times(Emitter emitter, Value a, Value b) {
    return emitter.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), a, b);
  }

  private static Value over(Emitter emitter, Value a, Value b) {
    return emitter.emit(new BinaryMath(BinaryMath.Function.DIVIDE), a, b);
  }

  private static Value scaled(Emitter emitter, double scale, Value value) {
    return emitter.emit(new Affine(scale, 0), value);
  }
}
