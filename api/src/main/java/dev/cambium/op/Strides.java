package dev.cambium.op;

import dev.cambium.tensor.Shape;

/** Where the elements of one array lie in another that is addressed by strides. */
final class Strides {
  private Strides() {}

  /**
   * For each element of an array of {@code shape} in row-major order, its offset in another array
   * whose element is {@code strides[axis]} further for each step along an axis; 0 repeats.
   */
  static int[] offsets(Shape shape, long[] strides) {
    int[] offsets = new int[shape.intSize()];
    int filled = Math.min(1, offsets.length);
    for (int axis = shape.rank() - 1; axis >= 0 && offsets.length > 0; axis--) {
      int block = filled;
      for (int i = 1; i < shape.dim(axis); i++) {
        int shift = Math.toIntExact(i * strides[axis]);
        for (int k = 0; k < block; k++) {
          offsets[filled++] = offsets[k] + shift;
        }
      }
    }
    return offsets;
  }

  /** The strides that stretch a dense array of shape {@code from} over {@code to} (NumPy). */
  static long[] stretched(Shape from, Shape to) {
    long[] dense = from.strides();
    long[] strides = new long[to.rank()];
    for (int i = 1; i <= from.rank(); i++) {
      strides[to.rank() - i] = from.dim(-i) == 1 ? 0 : dense[from.rank() - i];
    }
    return strides;
  }
}
