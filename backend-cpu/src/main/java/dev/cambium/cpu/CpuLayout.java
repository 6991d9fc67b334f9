package dev.cambium.cpu;

import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.stream.IntStream;

/** Where the elements of a value lie: rank 4 channels-last, everything else row-major. */
final class CpuLayout {
  private CpuLayout() {}

  /** The bytes of a value; there is no padding. */
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
    long c = shape.dim(1);
    long w = shape.dim(3);
    return new long[] {c * w * shape.dim(2), 1, c * w, c};
  }

  /** The dimensions of a value of this rank in the order of its memory, outermost first. */
  static int[] order(int rank) {
    return rank == 4 ? new int[] {0, 2, 3, 1} : IntStream.range(0, rank).toArray();
  }
}
