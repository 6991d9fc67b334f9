package dev.cambium.op;

import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * Scores to probabilities over axis 1: y_c = exp(x_c - m) / sum_k exp(x_k - m), m = max_k x_k.
 * Subtracting the maximum keeps scores of any size from overflowing.
 *
 * <p>Inputs: x, floating, [N, C] or [N, C, H, W], C at least 1. Outputs: y, like x. NaN or
 * +infinity among the scores, or -infinity in all of them, makes all C probabilities NaN.
 */
public record Softmax() implements Op {
  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    return List.of(ClassScores.infer(Operands.of(this, inputs, "x"), 0));
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value dy = outputGradients.get(0).orElseThrow();
    return List.of(Optional.of(emitter.emit(new SoftmaxBackward(), dy, outputs.get(0))));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostSoftmax::softmax);
  }
}
