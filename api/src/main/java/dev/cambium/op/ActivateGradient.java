package dev.cambium.op;

import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The gradient of {@link Activate}, read off its output: dx = dy * f'(x), where f'(x) is a function
 * of y = f(x).
 *
 * <p>Inputs: dy, floating, any shape; y, like dy. Outputs: dx, like dy; it may share the memory of
 * either input. For {@link Activation#RELU}, dx = dy where y &gt; 0 and exactly 0 elsewhere, even
 * where dy is NaN or infinite.
 *
 * @param function f
 */
public record ActivateGradient(Activation function) implements Op {
  /** Checks that there is a function. */
  public ActivateGradient {
    Objects.requireNonNull(function, "function");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "dy", "y");
    TensorType dy = operands.floating(0);
    operands.exactly(1, dy);
    return List.of(dy);
  }

  @Override
  public boolean mayAlias(int output, int input) {
    return true;
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostElementwise.map(HostElementwise.gradient(function)));
  }
}
