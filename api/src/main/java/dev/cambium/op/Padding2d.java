package dev.cambium.op;

/**
 * Rows and columns added around an image.
 *
 * @param top rows above
 * @param bottom rows below
 * @param left columns to the left
 * @param right columns to the right
 */
public record Padding2d(int top, int bottom, int left, int right) {
  /** No padding. */
  public static final Padding2d NONE = new Padding2d(0, 0, 0, 0);

  /** Checks that none is negative. */
  public Padding2d {
    if (top < 0 || bottom < 0 || left < 0 || right < 0) {
      throw new IllegalArgumentException(
          "padding must not be negative, got top "
              + top
              + ", bottom "
              + bottom
              + ", left "
              + left
              + ", right "
              + right);
    }
  }

  /** The same on all four sides. */
  public static Padding2d same(int padding) {
    return new Padding2d(padding, padding, padding, padding);
  }
}
