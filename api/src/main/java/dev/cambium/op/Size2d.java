package dev.cambium.op;

/**
 * A height and a width in pixels: of a kernel, a stride, a dilation.
 *
 * @param height rows
 * @param width columns
 */
public record Size2d(int height, int width) {
  /** 1 x 1. */
  public static final Size2d ONE = new Size2d(1, 1);

  /** Checks that both are positive. */
  public Size2d {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width must be at least 1, got " + height + "x" + width);
    }
  }

  /** The same height and width. */
  public static Size2d square(int side) {
    return new Size2d(side, side);
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
