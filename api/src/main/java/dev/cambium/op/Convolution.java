package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A two-dimensional convolution with its activation, which is a cross-correlation (the filter is
 * not flipped): y[n, o, i, j] = activation(b[o] + sum over c, p, q of w[o, c, p, q] x[n, g C/groups
 * + c, i sH + p dH - top, j sW + q dW - left]), where s is the stride, d the dilation, g = o /
 * (O/groups) rounded down the output channel's group, and x is 0 outside of the image.
 *
 * <p>Inputs: {@code x} [N, C, H, W]; {@code w} [O, C/groups, kH, kW]; {@code b} [O] if {@code
 * bias}. Output: {@code y} [N, O, oH, oW], sizes as {@link ConvolutionGeometry} says. All are of
 * one floating type; N may be 0. It is an error when groups does not divide C and O, and when the
 * filter with its dilation is larger than the padded image. Whether an infinite or NaN weight that
 * meets only padding counts as 0 or as NaN is left open.
 *
 * @param geometry stride, padding, dilation, groups
 * @param bias whether b is added
 * @param activation applied to each sum
 */
public record Convolution(ConvolutionGeometry geometry, boolean bias, Activation activation)
    implements Op {
  /** Checks that there is an activation; {@link Activation#NONE} for none. */
  public Convolution {
    Objects.requireNonNull(geometry, "geometry");
    Objects.requireNonNull(activation, "activation");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands =
        bias ? Operands.of(this, inputs, "x", "w", "b") : Operands.of(this, inputs, "x", "w");
    TensorType x = operands.image(0);
    int groups = geometry.groups();
    int channels = x.shape().dim(1);
    operands.require(0, channels % groups == 0, "channels that " + groups + " groups divide");
    TensorType w = operands.image(1, "[O, C/groups, kH, kW]");
    Shape filter = w.shape();
    operands.require(
        1,
        filter.dim(1) == channels / groups && w.dtype() == x.dtype(),
        x.dtype()
            + "[O, "
            + channels / groups
            + ", kH, kW]"
            + (groups == 1 ? "" : " with " + groups + " groups")
            + " (x is "
            + x
            + ")");
    operands.require(
        1, filter.dim(0) % groups == 0, "output channels that " + groups + " groups divide");
    if (bias) {
      operands.exactly(2, TensorType.of(x.dtype(), filter.dim(0)), "one per filter of w");
    }
    return List.of(
        x.withShape(
            output(operands, 1, geometry, x.shape(), filter.dim(0), filter.dim(2), filter.dim(3))));
  }

  /** The shape of y for an image shape [N, C, H, W]; names input {@code index} when none fits. */
  static Shape output(
      Operands operands,
      int index,
      ConvolutionGeometry geometry,
      Shape image,
      int filters,
      int kernelHeight,
      int kernelWidth) {
    int height = geometry.outputHeight(image.dim(2), kernelHeight);
    int width = geometry.outputWidth(image.dim(3), kernelWidth);
    operands.require(
        index,
        height >= 1 && width >= 1,
        "a kernel that fits into the padded image (kernel "
            + kernelHeight
            + "x"
            + kernelWidth
            + ", image "
            + image
            + ", "
            + geometry
            + "); use a smaller kernel or dilation, more padding, or a larger image");
    return Shape.of(image.dim(0), filters, height, width);
  }

  @Override
  public Optional<List<Value>> lower(Emitter emitter, List<Value> inputs) {
    if (!bias && activation.equals(Activation.NONE)) {
      return Optional.empty();
    }
    Value y =
        emitter.emit(
            new Convolution(geometry, false, Activation.NONE), inputs.get(0), inputs.get(1));
    if (bias) {
      Shape perChannel = Channels.stretchable(y.shape());
      Value b = emitter.emit(new Reshape(perChannel), inputs.get(2));
      y = emitter.emit(new BinaryMath(BinaryMath.Function.ADD), y, b);
    }
    return Optional.of(List.of(Linear.activated(emitter, activation, y)));
  }

  @Override
  public List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    Value x = inputs.get(0);
    Value w = inputs.get(1);
    Value dz =
        Linear.beforeActivation(
            emitter, activation, outputGradients.get(0).orElseThrow(), outputs.get(0));
    Size2d image = new Size2d(x.shape().dim(2), x.shape().dim(3));
    Size2d kernel = new Size2d(w.shape().dim(2), w.shape().dim(3));
    Value dx = emitter.emit(new ConvolutionBackwardData(geometry, image), dz, w);
    List<Value> weights =
        emitter.emit(new ConvolutionBackwardWeights(geometry, kernel, bias), List.of(x, dz));
    return Stream.concat(Stream.of(dx), weights.stream()).map(Optional::of).toList();
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostConvolution(this));
  }
}
