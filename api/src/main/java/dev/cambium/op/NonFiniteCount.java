package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * Counts the elements that are NaN or infinite.
 *
 * <p>Inputs: x, floating, any shape. Outputs: count, INT32 [].
 */
public record NonFiniteCount() implements Op {
  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands.of(this, inputs, "x").floating(0);
    return List.of(TensorType.of(DType.INT32));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostElementwise.sum(x -> Double.isFinite(x) ? 0 : 1));
  }
}
