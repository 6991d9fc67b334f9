package dev.cambium.tensor;

import java.util.Objects;

/**
 * Element type and shape of a tensor.
 *
 * @param dtype the element type
 * @param shape the dimensions, in the order of the field's convention (images NCHW, filters OIHW)
 */
public record TensorType(DType dtype, Shape shape) implements ValueType {
  /** Checks that neither is null. */
  public TensorType {
    Objects.requireNonNull(dtype, "dtype");
    Objects.requireNonNull(shape, "shape");
  }

  /** The type with {@code dtype} and the given dimensions. */
  public static TensorType of(DType dtype, int... dimensions) {
    return new TensorType(dtype, Shape.of(dimensions));
  }

  /** A FLOAT32 tensor of the given dimensions. */
  public static TensorType float32(int... dimensions) {
    return of(DType.FLOAT32, dimensions);
  }

  /** The bytes of a dense array of this type. */
  public long bytes() {
    return Math.multiplyExact(shape.size(), (long) dtype.bytes());
  }

  /** This type with another shape. */
  public TensorType withShape(Shape other) {
    return new TensorType(dtype, other);
  }

  /** The element type and the dimensions, {@code FLOAT32[64, 10]}. */
  @Override
  public String toString() {
    return dtype + shape.toString();
  }
}
