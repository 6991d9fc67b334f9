package dev.cambium.spi;

import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.stream.IntStream;

/**
 * The layout of a backend whose images are stored with the channels of a pixel side by side: a
 * value of rank 4 as d0, d2, d3, d1 (images NHWC, filters OHWI), everything else row-major, without
 * gaps. A backend may choose any other; those that choose this one need not write it again.
 */
public final class ChannelsLast {
  private ChannelsLast() {}

  /** The bytes of a value. */
  public static long bytes(ValueType type) {
    return type instanceof TensorType tensor ? tensor.bytes() : ((Opaque) type).bytes();
  }

  /** Whether the order of elements in memory differs from row-major order. */
  public static boolean isPermuted(Shape shape) {
    return shape.rank() == 4 && shape.dim(1) > 1 && shape.size(2, 4) > 1 && shape.size() > 0;
  }

  /** The dimensions of a value of this rank in the order of its memory, outermost first. */
  public static int[] order(int rank) {
    return rank == 4 ? new int[] {0, 2, 3, 1} : IntStream.range(0, rank).toArray();
  }

  /** The strides in elements of a value of this shape, in the order of its dimensions. */
  public static long[] strides(Shape shape) {
    if (shape.rank() != 4) {
      return shape.strides();
    }
    long channels = shape.dim(1);
    long width = shape.dim(3);
    return new long[] {channels * width * shape.dim(2), 1, channels * width, channels};
  }

  /**
   * The strides in elements of a value of shape {@code from}, along the dimensions of a shape to
   * which it is stretched by NumPy's rules; 0 where it repeats.
   */
  public static long[] stretched(Shape from, Shape to) {
    long[] dense = strides(from);
    long[] strides = new long[to.rank()];
    for (int i = 1; i <= from.rank(); i++) {
      strides[to.rank() - i] = from.dim(-i) == 1 ? 0 : dense[from.rank() - i];
    }
    return strides;
  }
}
