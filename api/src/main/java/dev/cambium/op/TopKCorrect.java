package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * Counts the rows whose label is among the k best classes.
 *
 * <p>Class j beats label l when s_j &gt; s_l, or s_j = s_l and j &lt; l; a row counts when fewer
 * than k classes beat its label. A row whose label has the score NaN, or lies outside of [0, C),
 * does not count; NaN elsewhere beats nothing.
 *
 * <p>Inputs: scores [N, C], floating, C at least 1; labels INT32 [N]. Outputs: count, INT32 [].
 *
 * @param k how many of the best classes, at least 1
 */
public record TopKCorrect(int k) implements Op {
  /** Checks k. */
  public TopKCorrect {
    if (k < 1) {
      throw new IllegalArgumentException("k of TopKCorrect must be at least 1, got " + k);
    }
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "scores", "labels");
    TensorType scores = ClassScores.inferRows(operands, 0);
    operands.exactly(1, TensorType.of(DType.INT32, scores.shape().dim(0)), "one label per row");
    return List.of(TensorType.of(DType.INT32));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of((inputs, outputs) -> HostCounting.topKCorrect(k, inputs, outputs));
  }
}
