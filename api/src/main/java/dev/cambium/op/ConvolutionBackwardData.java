package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The gradient of {@link Convolution} (without activation) with respect to its input, also known as
 * the transposed convolution: dx[n, c, h, w] = sum of w[o, c, p, q] dy[n, o, i, j] over all o, p,
 * q, i, j for which the forward formula reads x[n, c, h, w].
 *
 * <p>Inputs: {@code dy} [N, O, oH, oW]; {@code w} [O, C/groups, kH, kW]. Output: {@code dx} [N, C,
 * H, W] with H and W of {@code image}; pixels that no filter reads get 0. All are of one floating
 * type; N may be 0.
 *
 * @param geometry stride, padding, dilation, groups of the forward operation
 * @param image height and width of the forward operation's x
 */
public record ConvolutionBackwardData(ConvolutionGeometry geometry, Size2d image) implements Op {
  /** Checks that neither is null. */
  public ConvolutionBackwardData {
    Objects.requireNonNull(geometry, "geometry");
    Objects.requireNonNull(image, "image");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "dy", "w");
    TensorType dy = operands.image(0, "[N, O, oH, oW]");
    int filters = dy.shape().dim(1);
    int groups = geometry.groups();
    operands.require(0, filters % groups == 0, "output channels that " + groups + " groups divide");
    TensorType w = operands.image(1, "[O, C/groups, kH, kW]");
    operands.require(
        1,
        w.shape().dim(0) == filters && w.dtype() == dy.dtype(),
        dy.dtype() + "[" + filters + ", C/groups, kH, kW] (dy is " + dy + ")");
    Shape dx =
        Shape.of(dy.shape().dim(0), w.shape().dim(1) * groups, image.height(), image.width());
    Shape y =
        Convolution.output(operands, 1, geometry, dx, filters, w.shape().dim(2), w.shape().dim(3));
    operands.exactly(0, dy.withShape(y), "the output shape for image " + image + ", w " + w);
    return List.of(dy.withShape(dx));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostConvolutionBackwardData(this));
  }
}
