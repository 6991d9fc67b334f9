package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    List<Integer> inverse =
        IntStream.range(0, permutation.size()).mapToObj(permutation::indexOf).toList();
    return List.of(outputGradients.get(0).map(dy -> emitter.emit(new Transpose(inverse), dy)));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(this::transpose);
  }

  private void transpose(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    long[] strides = inputs.get(0).shape().strides();
    long[] permuted = permutation.stream().mapToLong(axis -> strides[axis]).toArray();
    int[] from = Strides.offsets(outputs.get(0).shape(), permuted);
    for (int i = 0; i < from.length; i++) {
      outputs.get(0).values()[i] = inputs.get(0).values()[from[i]];
    }
  }
}
