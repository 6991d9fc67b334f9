package dev.cambium.op;

import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * A straight line through each element: y = scale * x + shift.
 *
 * <p>Inputs: x, any element type, any shape. Outputs: y, like x; it may share x's memory. For
 * integers y is truncated towards zero; what happens on overflow is left open.
 *
 * @param scale the slope
 * @param shift what is added
 */
public record Affine(double scale, double shift) implements Op {
  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    return List.of(Operands.of(this, inputs, "x").tensor(0));
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
    if (!inputs.get(0).tensorType().dtype().isFloating()) {
      return List.of(Optional.empty());
    }
    Value dy = outputGradients.get(0).orElseThrow();
    return List.of(Optional.of(emitter.emit(new Affine(scale, 0), dy)));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostElementwise.map(x -> scale * x + shift));
  }
}
