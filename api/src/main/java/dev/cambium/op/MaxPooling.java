package dev.cambium.op;

import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The largest pixel of each window: y[n, c, i, j] = max over the pixels of x[n, c] that window (i,
 * j) covers. Padding is never chosen. Between equal pixels the first in row-major order counts as
 * the largest, which decides where the gradient goes. NaN counts as larger than every number on the
 * host; each backend states what its kernels do.
 *
 * <p>Input: {@code x} [N, C, H, W], floating. Outputs: {@code y} [N, C, oH, oW], sizes as {@link
 * Window2d} says; {@code indices}, a cache of the chosen pixels for {@link MaxPoolingBackward}. N
 * may be 0. It is an error when the window is larger than the padded image.
 *
 * @param window kernel, stride, padding
 */
public record MaxPooling(Window2d window) implements Op {
  /** Checks that there is a window. */
  public MaxPooling {
    Objects.requireNonNull(window, "window");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "x");
    TensorType x = operands.image(0);
    return List.of(x.withShape(operands.pooled(0, window, x.shape())), Opaque.NONE);
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value dy = outputGradients.get(0).orElseThrow();
    return List.of(
        Optional.of(
            emitter.emit(new MaxPoolingBackward(window), dy, inputs.get(0), outputs.get(1))));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostMaxPooling(window));
  }
}
