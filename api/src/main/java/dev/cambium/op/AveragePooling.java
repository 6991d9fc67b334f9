package dev.cambium.op;

import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The mean of each window: y[n, c, i, j] = (sum of the pixels of x[n, c] that window (i, j) covers)
 * / divisor. The divisor is the size of the kernel where padding counts (as zeros), else the number
 * of pixels covered.
 *
 * <p>Input: {@code x} [N, C, H, W], floating. Output: {@code y} [N, C, oH, oW], sizes as {@link
 * Window2d} says. N may be 0. It is an error when the window is larger than the padded image.
 *
 * @param window kernel, stride, padding
 * @param countPadding whether the padding counts in the mean
 */
public record AveragePooling(Window2d window, boolean countPadding) implements Op {
  /** Checks that there is a window. */
  public AveragePooling {
    Objects.requireNonNull(window, "window");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "x");
    TensorType x = operands.image(0);
    return List.of(x.withShape(operands.pooled(0, window, x.shape())));
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Size2d image = new Size2d(inputs.get(0).shape().dim(2), inputs.get(0).shape().dim(3));
    Value dy = outputGradients.get(0).orElseThrow();
    return List.of(
        Optional.of(emitter.emit(new AveragePoolingBackward(window, countPadding, image), dy)));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostAveragePooling(window, countPadding));
  }
}
