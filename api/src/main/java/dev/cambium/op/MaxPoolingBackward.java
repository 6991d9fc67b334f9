package dev.cambium.op;

import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The gradient of {@link MaxPooling}: dx[n, c, h, w] = sum of dy[n, c, i, j] over the windows (i,
 * j) that chose pixel (h, w) of x[n, c]; windows that overlap accumulate.
 *
 * <p>Inputs: {@code dy} [N, C, oH, oW]; {@code x} [N, C, H, W]; {@code indices}, the forward
 * operation's cache, without which the choice is made again from x. Output: {@code dx} [N, C, H,
 * W]. All tensors are of one floating type; N may be 0.
 *
 * @param window kernel, stride, padding of the forward operation
 */
public record MaxPoolingBackward(Window2d window) implements Op {
  /** Checks that there is a window. */
  public MaxPoolingBackward {
    Objects.requireNonNull(window, "window");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "dy", "x", "indices");
    TensorType x = operands.image(1);
    operands.exactly(0, x.withShape(operands.pooled(1, window, x.shape())), "x is " + x);
    operands.cache(2);
    return List.of(x);
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostMaxPoolingBackward(window));
  }
}
