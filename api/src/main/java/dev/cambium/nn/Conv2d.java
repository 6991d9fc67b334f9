package dev.cambium.nn;

import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Fans;
import dev.cambium.nn.init.He;
import dev.cambium.nn.init.Initializer;
import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.Objects;

/**
 * A two-dimensional convolution (a cross-correlation): y[n, o, i, j] = b[o] + sum over c, p, q of
 * W[o, c, p, q] x[n, c, i s + p d - padding, j s + q d - padding], s the stride, d the dilation.
 *
 * <p>Shapes: x [N, C, H, W] -&gt; y [N, O, oH, oW] with oH = floor((H + top + bottom - d (kH - 1) -
 * 1) / s) + 1; W [O, C / groups, kH, kW], b [O]. C comes from the input.
 *
 * <p>States: {@code weight}, {@code bias}. Defaults: stride 1, no padding, dilation 1, one group, a
 * bias; W starts as {@link He#normal()}, right before a ReLU; b as 0.
 *
 * <p>Source: Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998.
 *
 * @param outputChannels O
 * @param kernel height and width of the filters
 * @param geometry stride, padding, dilation, groups
 * @param bias whether b is added
 * @param initializer of W
 * @param biasInitializer of b
 */
public record Conv2d(
    int outputChannels,
    Size2d kernel,
    ConvolutionGeometry geometry,
    boolean bias,
    Initializer initializer,
    Initializer biasInitializer)
    implements Layer {
  /** Checks the number of channels against the groups. */
  public Conv2d {
    Objects.requireNonNull(kernel, "kernel");
    Objects.requireNonNull(geometry, "geometry");
    Objects.requireNonNull(initializer, "initializer");
    Objects.requireNonNull(biasInitializer, "biasInitializer");
    if (outputChannels < 1 || outputChannels % geometry.groups() != 0) {
      throw new IllegalArgumentException(
          "outputChannels of Conv2d must be a positive multiple of its "
              + geometry.groups()
              + " group(s), got "
              + outputChannels);
    }
  }

  /** A convolution with square filters. */
  public static Conv2d of(int outputChannels, int kernel) {
    return of(outputChannels, Size2d.square(kernel));
  }

  /** A convolution with filters of the given size. */
  public static Conv2d of(int outputChannels, Size2d kernel) {
    return new Conv2d(
        outputChannels, kernel, ConvolutionGeometry.PLAIN, true, He.normal(), Constant.ZEROS);
  }

  /** This layer with the same step between positions in both directions. */
  public Conv2d stride(int stride) {
    return stride(Size2d.square(stride));
  }

  /** This layer with another step between positions. */
  public Conv2d stride(Size2d stride) {
    return geometry(
        new ConvolutionGeometry(
            stride, geometry.padding(), geometry.dilation(), geometry.groups()));
  }

  /** This layer with the same number of zeros on all four sides. */
  public Conv2d padding(int padding) {
    return padding(Padding2d.same(padding));
  }

  /** This layer with other zeros around the image. */
  public Conv2d padding(Padding2d padding) {
    return geometry(
        new ConvolutionGeometry(
            geometry.stride(), padding, geometry.dilation(), geometry.groups()));
  }

  /** This layer with the same distance between taps in both directions. */
  public Conv2d dilation(int dilation) {
    return dilation(Size2d.square(dilation));
  }

  /** This layer with another distance between taps. */
  public Conv2d dilation(Size2d dilation) {
    return geometry(
        new ConvolutionGeometry(
            geometry.stride(), geometry.padding(), dilation, geometry.groups()));
  }

  /** This layer with its channels split into groups that do not see each other. */
  public Conv2d groups(int groups) {
    return geometry(
        new ConvolutionGeometry(
            geometry.stride(), geometry.padding(), geometry.dilation(), groups));
  }

  /** This layer with another geometry. */
  public Conv2d geometry(ConvolutionGeometry geometry) {
    return new Conv2d(outputChannels, kernel, geometry, bias, initializer, biasInitializer);
  }

  /** This layer with or without a bias; a batch normalisation after it makes the bias useless. */
  public Conv2d bias(boolean bias) {
    return new Conv2d(outputChannels, kernel, geometry, bias, initializer, biasInitializer);
  }

  /** This layer with another initialiser of its filters. */
  public Conv2d initializer(Initializer initializer) {
    return new Conv2d(outputChannels, kernel, geometry, bias, initializer, biasInitializer);
  }

  /** This layer with another initialiser of its bias. */
  public Conv2d biasInitializer(Initializer biasInitializer) {
    return new Conv2d(outputChannels, kernel, geometry, bias, initializer, biasInitializer);
  }

  @Override
  public Value describe(LayerContext context, Value input) {
    Shape filters = filters(context, this, input.shape());
    return convolve(
        context,
        input,
        context.parameter(
            "weight", filters, Fans.ofGroups(filters, geometry.groups()), initializer));
  }

  /**
   * The shape of the weight for images of shape {@code x}.
   *
   * @param layer whose weight it is, for messages
   * @throws IllegalArgumentException when x does not fit
   */
  Shape filters(LayerContext context, Layer layer, Shape x) {
    Inputs.requireImages(context, layer, x);
    int channels = x.dim(1);
    int groups = geometry.groups();
    if (channels % groups != 0) {
      throw context.error(
          layer.kind()
              + " with "
              + groups
              + " groups expects a multiple of "
              + groups
              + " input channels, got "
              + channels
              + " (input shape "
              + x
              + "); change groups or the layer before");
    }
    context
        .known("weight")
        .ifPresent(
            known ->
                Inputs.requireAsFirst(
                    context, layer, "input channels", known.shape().dim(1) * groups, channels, x));
    return Shape.of(outputChannels, channels / groups, kernel.height(), kernel.width());
  }

  /** The convolution with the given weight, and with the bias that this layer declares. */
  Value convolve(LayerContext context, Value input, Value weight) {
    Convolution op = new Convolution(geometry, bias, Activation.NONE);
    return bias
        ? context.emit(
            op, input, weight, context.parameter("bias", Shape.of(outputChannels), biasInitializer))
        : context.emit(op, input, weight);
  }
}
