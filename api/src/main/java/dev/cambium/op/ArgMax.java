package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * The class with the largest score of each row, the first of equals. NaN never wins, not even
 * against -infinity; a row of nothing but NaN gives 0.
 *
 * <p>Inputs: scores [N, C], floating, C at least 1. Outputs: y, INT32 [N].
 */
public record ArgMax() implements Op {
  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    TensorType scores = ClassScores.inferRows(Operands.of(this, inputs, "scores"), 0);
    return List.of(TensorType.of(DType.INT32, scores.shape().dim(0)));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostCounting::argMax);
  }
}
