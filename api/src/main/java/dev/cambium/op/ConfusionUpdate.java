package dev.cambium.op;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * Adds a batch to a confusion matrix: y = confusion, and for each row i of the scores, y[label
 * i][prediction i] += 1, where the prediction is that of {@link ArgMax}. A row whose label lies
 * outside of [0, C) is not counted.
 *
 * <p>Inputs: confusion, INT32 [C, C], rows are true classes, columns predictions; scores [N, C],
 * floating, C at least 1; labels, INT32 [N]. Outputs: y, like confusion; it may share its memory.
 */
public record ConfusionUpdate() implements Op {
  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "confusion", "scores", "labels");
    TensorType scores = ClassScores.inferRows(operands, 1);
    int classes = scores.shape().dim(1);
    TensorType confusion =
        operands.exactly(
            0, TensorType.of(DType.INT32, classes, classes), "a row and a column per class");
    operands.exactly(2, TensorType.of(DType.INT32, scores.shape().dim(0)), "one label per row");
    return List.of(confusion);
  }

  @Override
  public boolean mayAlias(int output, int input) {
    return input == 0;
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostCounting::confusionUpdate);
  }
}
