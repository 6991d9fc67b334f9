package dev.cambium.op;

import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * The logarithm of {@link Softmax} over axis 1: y_c = x_c - m - log(sum_k exp(x_k - m)), m = max_k
 * x_k; exact where the probability itself would underflow.
 *
 * <p>Inputs: x, floating, [N, C] or [N, C, H, W], C at least 1. Outputs: y, like x. NaN or
 * +infinity among the scores, or -infinity in all of them, makes all C results NaN.
 */
public record LogSoftmax() implements Op {
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
    return List.of(Optional.of(emitter.emit(new LogSoftmaxBackward(), dy, outputs.get(0))));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostSoftmax::logSoftmax);
  }
}
