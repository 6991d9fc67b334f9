package dev.cambium.op;

import java.util.Objects;

/**
 * How a filter moves over an image: output height = floor((H + top + bottom - dilation * (kernel -
 * 1) - 1) / stride) + 1.
 *
 * @param stride the step between positions
 * @param padding zeros around the image
 * @param dilation the distance between a filter's taps
 * @param groups input and output planes are split into this many groups that do not see each other
 */
public record ConvolutionGeometry(Size2d stride, Padding2d padding, Size2d dilation, int groups) {
  /** Stride 1, no padding, no dilation, one group. */
  public static final ConvolutionGeometry PLAIN =
      new ConvolutionGeometry(Size2d.ONE, Padding2d.NONE, Size2d.ONE, 1);

  /** Checks the number of groups. */
  public ConvolutionGeometry {
    Objects.requireNonNull(stride, "stride");
    Objects.requireNonNull(padding, "padding");
    Objects.requireNonNull(dilation, "dilation");
    if (groups < 1) {
      throw new IllegalArgumentException("groups must be at least 1, got " + groups);
    }
  }

  /**
   * The height after filtering an image of {@code height} rows with {@code kernel} rows of taps;
   * less than 1 where it does not fit.
   */
  public int outputHeight(int height, int kernel) {
    return extent(
        height, padding.top() + padding.bottom(), kernel, dilation.height(), stride.height());
  }

  /**
   * The width after filtering an image of {@code width} columns with {@code kernel} columns of
   * taps; less than 1 where it does not fit.
   */
  public int outputWidth(int width, int kernel) {
    return extent(
        width, padding.left() + padding.right(), kernel, dilation.width(), stride.width());
  }

  private static int extent(int size, int padding, int kernel, int dilation, int stride) {
    return Math.floorDiv(size + padding - dilation * (kernel - 1) - 1, stride) + 1;
  }
}
