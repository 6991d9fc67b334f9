package dev.cambium.op;

import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A tensor of one value: y = value in every element.
 *
 * <p>Inputs: none. Outputs: y of the given type.
 *
 * @param type element type and shape of the result
 * @param value every element; for an integer type a whole number of its range
 */
public record Fill(TensorType type, double value) implements Op {
  /** Checks that an integer type gets a number that it holds. */
  public Fill {
    Objects.requireNonNull(type, "type");
    if (!type.dtype().isFloating()
        && HostElementwise.conversion(type.dtype()).applyAsDouble(value) != value) {
      throw new IllegalArgumentException(
          "value of Fill must be a whole number in the range of "
              + type.dtype()
              + ", got "
              + value);
    }
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands.of(this, inputs);
    return List.of(type);
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    return List.of();
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostElementwise.fill(value));
  }
}
