package dev.cambium.nd4j;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;

/** Element types and shapes in the terms of both sides. */
final class Nd4jTypes {
  private Nd4jTypes() {}

  /** ND4J's name of an element type. */
  static DataType of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> DataType.FLOAT;
      case FLOAT64 -> DataType.DOUBLE;
      case INT32 -> DataType.INT32;
      case INT64 -> DataType.INT64;
      case UINT8 -> DataType.UINT8;
    };
  }

  /**
   * Cambium's name of an element type.
   *
   * @throws IllegalArgumentException when it has none
   */
  static DType of(DataType type) {
    return Arrays.stream(DType.values())
        .filter(dtype -> of(dtype) == type)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "element type of an INDArray must be FLOAT, DOUBLE, INT32, INT64 or UINT8, got "
                        + type
                        + "; convert it with castTo"));
  }

  /** ND4J's form of a shape. */
  static long[] dimensions(Shape shape) {
    long[] dimensions = new long[shape.rank()];
    for (int axis = 0; axis < dimensions.length; axis++) {
      dimensions[axis] = shape.dim(axis);
    }
    return dimensions;
  }

  /** Cambium's form of a shape. */
  static Shape shape(long[] dimensions) {
    int[] sizes = new int[dimensions.length];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = Math.toIntExact(dimensions[axis]);
    }
    return Shape.of(sizes);
  }

  /** The distances between neighbours of a dense row-major array. */
  static long[] rowMajor(long... dimensions) {
    long[] strides = new long[dimensions.length];
    long stride = 1;
    for (int axis = dimensions.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dimensions[axis];
    }
    return strides;
  }
}
