package dev.cambium.gpu;

import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;

/** Where the elements of a value lie: rank 4 channels-last, everything else row-major, no gaps. */
final class GpuLayout {
  private GpuLayout() {}

  /** The bytes of a value. */
  static long bytes(ValueType type) {
    return type instanceof TensorType tensor ? tensor.bytes() : ((Opaque) type).bytes();
  }

  /** Whether memory order differs from row-major order. */
  static boolean isPermuted(Shape shape) {
    return shape.rank() == 4 && shape.dim(1) > 1 && shape.size(2, 4) > 1 && shape.size() > 0;
  }

  /** The strides in elements of a value of this shape, in the order of its dimensions. */
  static long[] strides(Shape shape) {
    if (shape.rank() != 4) {
      return shape.strides();
    }
    long channels = shape.dim(1);
    long width = shape.dim(3);
    return new long[] {channels * width * shape.dim(2), 1, channels * width, channels};
  }
}
