package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The gradient of {@link AveragePooling}: dx[n, c, h, w] = sum of dy[n, c, i, j] / divisor(i, j)
 * over the windows (i, j) that cover pixel (h, w); windows that overlap accumulate.
 *
 * <p>Input: {@code dy} [N, C, oH, oW], floating. Output: {@code dx} [N, C, H, W] with H and W of
 * {@code image}; pixels that no window covers get 0. N may be 0.
 *
 * @param window kernel, stride, padding of the forward operation
 * @param countPadding whether the padding counts in the mean
 * @param image height and width of the forward operation's x
 */
public record AveragePoolingBackward(Window2d window, boolean countPadding, Size2d image)
    implements Op {
  /** Checks that neither is null. */
  public AveragePoolingBackward {
    Objects.requireNonNull(window, "window");
    Objects.requireNonNull(image, "image");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "dy");
    TensorType dy = operands.image(0, "[N, C, oH, oW]");
    Shape dx = Shape.of(dy.shape().dim(0), dy.shape().dim(1), image.height(), image.width());
    operands.exactly(
        0, dy.withShape(operands.pooled(0, window, dx)), "the output shape for image " + image);
    return List.of(dy.withShape(dx));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostAveragePoolingBackward(window, countPadding));
  }
}
