package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * The axes in another order: dimension i of the output is dimension permutation[i] of the input (as
 * NumPy's transpose).
 *
 * <p>Input: {@code x} of any element type. Output: {@code y} of the same element type.
 *
 * @param permutation every axis of the input once
 */
public record Transpose(List<Integer> permutation) implements Op {
  /** Checks that every axis occurs once. */
  public Transpose {
    permutation = List.copyOf(permutation);
    boolean[] seen = new boolean[permutation.size()];
    for (int axis : permutation) {
      if (axis < 0 || axis >= seen.length || seen[axis]) {
        throw new IllegalArgumentException(
            "permutation of Transpose must have every axis from 0 to "
                + (seen.length - 1)
                + " once, got "
                + permutation);
      }
      seen[axis] = true;
    }
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "x");
    TensorType x = operands.tensor(0);
    operands.require(
        0,
        x.shape().rank() == permutation.size(),
        "rank " + permutation.size() + " as in permutation " + permutation);
    return List.of(
        x.withShape(Shape.of(permutation.stream().map(axis -> x.shape().dim(axis)).toList())));
  }
}
