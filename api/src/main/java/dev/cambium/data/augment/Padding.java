package dev.cambium.data.augment;

/**
 * What a picture is continued by beyond its border; torchvision's padding modes. The example
 * continues the row 1 2 3 4 by two at both sides.
 */
public enum Padding {
  /** A constant: {@code 0 0 1 2 3 4 0 0}. */
  CONSTANT {
    @Override
    int source(int at, int size) {
      return at < 0 || at >= size ? OUTSIDE : at;
    }
  },
  /** The pixel at the border: {@code 1 1 1 2 3 4 4 4}. */
  EDGE {
    @Override
    int source(int at, int size) {
      return Math.max(0, Math.min(size - 1, at));
    }
  },
  /** The mirror image, the border not repeated: {@code 3 2 1 2 3 4 3 2}. */
  REFLECT {
    @Override
    int source(int at, int size) {
      int folded = Math.abs(at);
      return folded < size ? folded : 2 * (size - 1) - folded;
    }
  },
  /** The mirror image, the border repeated: {@code 2 1 1 2 3 4 4 3}. */
  SYMMETRIC {
    @Override
    int source(int at, int size) {
      int folded = at < 0 ? -1 - at : at;
      return folded < size ? folded : 2 * size - 1 - folded;
    }
  };

  /** Instead of an index: there is no pixel, but the constant. */
  static final int OUTSIDE = -1;

  /** The index in 0..size-1 of the pixel seen at {@code at}, which is off by at most size. */
  abstract int source(int at, int size);

  /** The widest padding of a picture of {@code size} pixels that the mode can fill. */
  int most(int size) {
    return this == REFLECT ? size - 1 : size;
  }
}
