package dev.cambium.op;

import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Applies a non-linearity to each element: y = f(x).
 *
 * <p>Inputs: x, floating, any shape. Outputs: y, like x; it may share x's memory. Its gradient
 * reads y, never x ({@link ActivateGradient}). What a kernel of {@link Activation#RELU} gives for
 * NaN, its backend states; on the host NaN stays NaN.
 *
 * @param function f
 */
public record Activate(Activation function) implements Op {
  /** Checks that there is a function. */
  public Activate {
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
    Value dy = outputGradients.get(0).orElseThrow();
    return List.of(Optional.of(emitter.emit(new ActivateGradient(function), dy, outputs.get(0))));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostElementwise.map(function::apply));
  }
}
