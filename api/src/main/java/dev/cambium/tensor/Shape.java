package dev.cambium.tensor;

import java.util.Arrays;
import java.util.List;

/**
 * The sizes of a tensor's dimensions, outermost first: {@code [N, C, H, W]} for images, {@code [N,
 * D]} for features, {@code []} for a scalar. A dimension may be 0 (an empty batch), never negative.
 * Immutable.
 */
public final class Shape {
  private static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dimensions;
  private final long size;

  private Shape(int[] dimensions) {
    long product = 1;
    for (int d : dimensions) {
      if (d < 0) {
        throw new IllegalArgumentException(
            "A dimension of a shape must not be negative, got "
                + Arrays.toString(dimensions)
                + "; use 0 for an empty batch");
      }
      product = Math.multiplyExact(product, (long) d);
    }
    this.dimensions = dimensions;
    this.size = product;
  }

  /** The shape with the given dimensions; none of them makes a scalar. */
  public static Shape of(int... dimensions) {
    return dimensions.length == 0 ? SCALAR : new Shape(dimensions.clone());
  }

  /** The shape with the given dimensions. */
  public static Shape of(List<Integer> dimensions) {
    return of(dimensions.stream().mapToInt(Integer::intValue).toArray());
  }

  /** The shape of a single number, {@code []}. */
  public static Shape scalar() {
    return SCALAR;
  }

  /** The number of dimensions. */
  public int rank() {
    return dimensions.length;
  }

  /** The size of dimension {@code axis}; a negative axis counts from the last (-1). */
  public int dim(int axis) {
    return dimensions[axis(axis)];
  }

  /** {@code axis} counted from the front: -1 becomes {@code rank - 1}. */
  public int axis(int axis) {
    int resolved = axis < 0 ? axis + dimensions.length : axis;
    if (resolved < 0 || resolved >= dimensions.length) {
      throw new IllegalArgumentException("axis " + axis + " is outside of shape " + this);
    }
    return resolved;
  }

  /** The number of elements, 1 for a scalar. */
  public long size() {
    return size;
  }

  /** The number of elements as an int. */
  public int intSize() {
    return Math.toIntExact(size);
  }

  /**
   * The product of the dimensions from {@code fromAxis} (inclusive) to {@code toAxis} (exclusive).
   */
  public long size(int fromAxis, int toAxis) {
    long product = 1;
    for (int i = fromAxis; i < toAxis; i++) {
      product *= dimensions[i];
    }
    return product;
  }

  /** A copy of the dimensions. */
  public int[] toArray() {
    return dimensions.clone();
  }

  /** The distance in elements between neighbours along each axis of a dense row-major array. */
  public long[] strides() {
    long[] strides = new long[dimensions.length];
    long stride = 1;
    for (int i = dimensions.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= dimensions[i];
    }
    return strides;
  }

  /** This shape with dimension {@code axis} replaced. */
  public Shape with(int axis, int size) {
    int[] copy = dimensions.clone();
    copy[axis(axis)] = size;
    return new Shape(copy);
  }

  /**
   * The shape of an elementwise operation on both, by NumPy's rules: aligned at the last axis, a
   * dimension of 1 (or none) stretches.
   *
   * @throws IllegalArgumentException when two dimensions differ and neither is 1
   */
  public Shape broadcast(Shape other) {
    int rank = Math.max(rank(), other.rank());
    int[] result = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int a = i <= rank() ? dim(-i) : 1;
      int b = i <= other.rank() ? other.dim(-i) : 1;
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException(
            "shapes "
                + this
                + " and "
                + other
                + " cannot be broadcast: "
                + a
                + " against "
                + b
                + " at axis -"
                + i);
      }
      result[rank - i] = a == 1 ? b : a;
    }
    return new Shape(result);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  /** The dimensions in brackets, {@code [64, 3, 32, 32]}. */
  @Override
  public String toString() {
    return Arrays.toString(dimensions);
  }
}
