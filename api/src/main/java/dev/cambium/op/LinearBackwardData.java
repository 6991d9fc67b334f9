package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The gradient of {@link Linear} (without activation) with respect to its input: dx[n, k] = sum
 * over o of dy[n, o] w[o, k].
 *
 * <p>Inputs: {@code dy} [N, O]; {@code w} [O, K]. Output: {@code dx} of {@code inputShape}, whose
 * first dimension is N and whose others multiply to K, counted in row-major order (C, H, W). All
 * are of one floating type; N may be 0.
 *
 * @param inputShape the shape of the forward operation's x
 */
public record LinearBackwardData(Shape inputShape) implements Op {
  /** Checks the rank of the shape. */
  public LinearBackwardData {
    Objects.requireNonNull(inputShape, "inputShape");
    if (inputShape.rank() < 2) {
      throw new IllegalArgumentException(
          "inputShape of LinearBackwardData must be [N, features...], got " + inputShape);
    }
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "dy", "w");
    TensorType dy = operands.floating(0, 2, "[N, O]");
    operands.require(
        0,
        dy.shape().dim(0) == inputShape.dim(0),
        "a first dimension of " + inputShape.dim(0) + " as in inputShape " + inputShape);
    operands.exactly(
        1,
        TensorType.of(dy.dtype(), dy.shape().dim(1), Linear.features(inputShape)),
        "dy is " + dy + ", inputShape " + inputShape);
    return List.of(dy.withShape(inputShape));
  }

  @Override
  public Optional<List<Value>> lower(Emitter emitter, List<Value> inputs) {
    Value dx = emitter.emit(new MatMul(false, false), inputs.get(0), inputs.get(1));
    return Optional.of(List.of(emitter.emit(new Reshape(inputShape), dx)));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostLinearBackwardData());
  }
}
