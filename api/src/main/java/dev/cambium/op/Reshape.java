package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The same elements under another shape: the element at flat row-major index i (images counted N,
 * C, H, W) keeps that index.
 *
 * <p>Input: {@code x} of any element type. Output: {@code y} of the same element type and {@code
 * shape}. It is an error when the shapes differ in their number of elements.
 *
 * @param shape the new shape
 */
public record Reshape(Shape shape) implements Op {
  /** Checks that there is a shape. */
  public Reshape {
    Objects.requireNonNull(shape, "shape");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "x");
    TensorType x = operands.tensor(0);
    operands.require(
        0,
        x.shape().size() == shape.size(),
        shape.size() + " elements as in shape " + shape + ", not " + x.shape().size());
    return List.of(x.withShape(shape));
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    return List.of(
        outputGradients.get(0).map(dy -> emitter.emit(new Reshape(inputs.get(0).shape()), dy)));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(
        (in, out) ->
            System.arraycopy(
                in.get(0).values(), 0, out.get(0).values(), 0, in.get(0).values().length));
  }
}
