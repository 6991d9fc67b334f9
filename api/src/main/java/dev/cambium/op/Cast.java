package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Converts each element to another type: to a floating type by rounding to nearest, to an integer
 * by truncating towards zero; what lies outside the integer type's range becomes its nearest end,
 * and NaN becomes 0.
 *
 * <p>Inputs: x, any element type, any shape. Outputs: y of the same shape. Only between floating
 * types is there a gradient.
 *
 * @param to the element type of the result
 */
public record Cast(DType to) implements Op {
  /** Checks that there is a type. */
  public Cast {
    Objects.requireNonNull(to, "to");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    return List.of(new TensorType(to, Operands.of(this, inputs, "x").tensor(0).shape()));
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    DType from = inputs.get(0).tensorType().dtype();
    if (!from.isFloating() || !to.isFloating()) {
      return List.of(Optional.empty());
    }
    return List.of(outputGradients.get(0).map(dy -> emitter.emit(new Cast(from), dy)));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostElementwise.map(HostElementwise.conversion(to)));
  }
}
