package dev.cambium.op;

import dev.cambium.tensor.Shape;
import java.util.Objects;

/**
 * A pooling window that slides over an image of shape [N, C, H, W]: output height = floor((H + top
 * + bottom - kernel) / stride) + 1.
 *
 * @param kernel the size of the window
 * @param stride the step between windows
 * @param padding rows and columns around the image; each smaller than the kernel, so that every
 *     window sees a pixel
 */
public record Window2d(Size2d kernel, Size2d stride, Padding2d padding) {
  /** Checks the padding against the kernel. */
  public Window2d {
    Objects.requireNonNull(kernel, "kernel");
    Objects.requireNonNull(stride, "stride");
    Objects.requireNonNull(padding, "padding");
    if (Math.max(padding.top(), padding.bottom()) >= kernel.height()
        || Math.max(padding.left(), padding.right()) >= kernel.width()) {
      throw new IllegalArgumentException(
          "padding of a pooling window must be smaller than its kernel "
              + kernel
              + ", got "
              + padding);
    }
  }

  /** A window without padding whose stride is its kernel. */
  public static Window2d of(int kernel) {
    return new Window2d(Size2d.square(kernel), Size2d.square(kernel), Padding2d.NONE);
  }

  /**
   * The shape after pooling an image of shape [N, C, H, W].
   *
   * @throws IllegalArgumentException when the window is larger than the padded image
   */
  public Shape output(Shape image) {
    int height =
        extent(
            "height", image, 2, padding.top() + padding.bottom(), kernel.height(), stride.height());
    int width =
        extent("width", image, 3, padding.left() + padding.right(), kernel.width(), stride.width());
    return Shape.of(image.dim(0), image.dim(1), height, width);
  }

  private static int extent(
      String what, Shape image, int axis, int padding, int kernel, int stride) {
    int padded = image.dim(axis) + padding;
    if (padded < kernel) {
      throw new IllegalArgumentException(
          "kernel "
              + what
              + " "
              + kernel
              + " is larger than the padded image's "
              + padded
              + " (input shape "
              + image
              + "); use a smaller kernel, more padding, or a larger image");
    }
    return (padded - kernel) / stride + 1;
  }
}
