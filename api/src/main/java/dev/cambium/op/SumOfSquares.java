package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The sum of the squares of all elements of all tensors: y = sum_i sum_j t_ij^2; the square of
 * their global Euclidean norm.
 *
 * <p>Inputs: t1..tn, n at least 1, floating, of one element type, any shapes. Outputs: y [].
 */
public record SumOfSquares() implements Op {
  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    int count = Math.max(1, inputs.size());
    Operands operands =
        Operands.of(this, inputs, IntStream.rangeClosed(1, count).mapToObj(i -> "t" + i).toList());
    TensorType first = operands.floating(0);
    for (int i = 1; i < count; i++) {
      operands.ofType(i, first.dtype());
    }
    return List.of(first.withShape(Shape.scalar()));
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value twice = emitter.emit(new Affine(2, 0), outputGradients.get(0).orElseThrow());
    return inputs.stream()
        .map(t -> emitter.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), t, twice))
        .map(Optional::of)
        .toList();
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostElementwise.sum(t -> t * t));
  }
}
