package dev.cambium.op;

import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * The gradient of {@link Softmax} over axis 1: dx_c = y_c * (dy_c - sum_k dy_k * y_k).
 *
 * <p>Inputs: dy, floating, [N, C] or [N, C, H, W]; y, the output of the forward operation, like dy.
 * Outputs: dx, like dy.
 */
public record SoftmaxBackward() implements Op {
  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "dy", "y");
    TensorType dy = ClassScores.infer(operands, 0);
    operands.exactly(1, dy);
    return List.of(dy);
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(HostSoftmax::softmaxBackward);
  }
}
