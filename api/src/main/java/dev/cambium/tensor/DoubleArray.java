package dev.cambium.tensor;

import java.util.Objects;

/**
 * A dense row-major array in double precision: what host functions compute on, whatever the element
 * type of the tensor is (an INT64 is exact up to 2^53).
 *
 * @param shape the dimensions
 * @param values the elements in row-major order; not copied
 */
public record DoubleArray(Shape shape, double[] values) {
  /** Stands where an {@link Opaque} cache would be. */
  public static final DoubleArray NONE = new DoubleArray(Shape.of(0), new double[0]);

  /** Checks that the values fill the shape. */
  public DoubleArray {
    Objects.requireNonNull(shape, "shape");
    if (values.length != shape.size()) {
      throw new IllegalArgumentException(
          "values of a DoubleArray of shape "
              + shape
              + " must be "
              + shape.size()
              + " numbers, got "
              + values.length);
    }
  }

  /** Zeros of the given shape. */
  public static DoubleArray zeros(Shape shape) {
    return new DoubleArray(shape, new double[shape.intSize()]);
  }

  /** The first element; the value of a scalar. */
  public double scalar() {
    return values[0];
  }

  /** Dimension {@code axis} of the shape. */
  public int dim(int axis) {
    return shape.dim(axis);
  }
}
