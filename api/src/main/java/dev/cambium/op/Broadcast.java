package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Repeats elements along new axes and along axes of size 1, by NumPy's rules: shapes are aligned at
 * the last axis.
 *
 * <p>Input: {@code x} of any element type. Output: {@code y} of the same element type and {@code
 * shape}. It is an error when x does not stretch to the shape.
 *
 * @param shape the new shape
 */
public record Broadcast(Shape shape) implements Op {
  /** Checks that there is a shape. */
  public Broadcast {
    Objects.requireNonNull(shape, "shape");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "x");
    TensorType x = operands.tensor(0);
    operands.require(
        0, stretches(x.shape()), "dimensions of 1 or those of " + shape + ", from the last axis");
    return List.of(x.withShape(shape));
  }

  private boolean stretches(Shape from) {
    for (int i = 1; i <= from.rank(); i++) {
      if (i > shape.rank() || (from.dim(-i) != 1 && from.dim(-i) != shape.dim(-i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Shape from = inputs.get(0).shape();
    List<Integer> repeated = repeatedAxes(from);
    return List.of(
        outputGradients
            .get(0)
            .map(dy -> emitter.emit(new Reduce(Reduce.Function.SUM, repeated, false), dy))
            .map(sum -> emitter.emit(new Reshape(from), sum)));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(this::repeat);
  }

  private void repeat(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    int[] from = Strides.offsets(shape, Strides.stretched(inputs.get(0).shape(), shape));
    for (int i = 0; i < from.length; i++) {
      outputs.get(0).values()[i] = inputs.get(0).values()[from[i]];
    }
  }

  /** The axes of the output that are new or stretched. */
  private List<Integer> repeatedAxes(Shape from) {
    int added = shape.rank() - from.rank();
    return IntStream.range(0, shape.rank())
        .filter(axis -> axis < added || from.dim(axis - added) != shape.dim(axis))
        .boxed()
        .toList();
  }
}
