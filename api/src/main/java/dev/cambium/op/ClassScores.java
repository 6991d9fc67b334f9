package dev.cambium.op;

import dev.cambium.tensor.TensorType;

/** The check of scores whose axis 1 counts classes, [N, C] or [N, C, H, W]. */
final class ClassScores {
  private ClassScores() {}

  /** Input {@code index}, which must be floating, of rank 2 or 4, with at least one class. */
  static TensorType infer(Operands operands, int index) {
    TensorType scores = operands.floating(index);
    int rank = scores.shape().rank();
    operands.require(
        index,
        (rank == 2 || rank == 4) && scores.shape().dim(1) > 0,
        "[N, C] or [N, C, H, W] with C at least 1");
    return scores;
  }

  /** Input {@code index}, which must be floating, [N, C], with at least one class. */
  static TensorType inferRows(Operands operands, int index) {
    TensorType scores = operands.floating(index, 2, "[N, C]");
    operands.require(index, scores.shape().dim(1) > 0, "[N, C] with C at least 1");
    return scores;
  }
}
