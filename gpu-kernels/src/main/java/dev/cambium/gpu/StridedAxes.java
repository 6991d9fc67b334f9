package dev.cambium.gpu;

import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The axes along which a result is walked in the order of its memory, and how far apart neighbours
 * along them lie in each operand; 0 where it repeats. Axes of size 1 are dropped, and neighbours
 * that can be walked as one in every operand are merged. A result of one element has one axis of
 * size 1.
 */
final class StridedAxes {
  private final long[] sizes;
  private final long[][] strides;

  private StridedAxes(long[] sizes, long[][] strides) {
    this.sizes = sizes;
    this.strides = strides;
  }

  /**
   * The axes of a result that is not empty.
   *
   * @param result its shape
   * @param operands for each operand, its strides along the dimensions of the result
   */
  static StridedAxes of(Shape result, long[]... operands) {
    List<Long> sizes = new ArrayList<>();
    List<long[]> steps = new ArrayList<>();
    for (int axis : ChannelsLast.order(result.rank())) {
      long size = result.dim(axis);
      long[] step = Arrays.stream(operands).mapToLong(strides -> strides[axis]).toArray();
      int last = sizes.size() - 1;
      if (size == 1) {
        continue;
      }
      if (last >= 0 && continues(steps.get(last), step, size)) {
        sizes.set(last, sizes.get(last) * size);
        steps.set(last, step);
      } else {
        sizes.add(size);
        steps.add(step);
      }
    }
    if (sizes.isEmpty()) {
      sizes.add(1L);
      steps.add(new long[operands.length]);
    }
    long[][] strides = new long[operands.length][];
    for (int operand = 0; operand < operands.length; operand++) {
      int of = operand;
      strides[operand] = steps.stream().mapToLong(step -> step[of]).toArray();
    }
    return new StridedAxes(sizes.stream().mapToLong(Long::longValue).toArray(), strides);
  }

  private static boolean continues(long[] outer, long[] inner, long size) {
    for (int operand = 0; operand < outer.length; operand++) {
      if (outer[operand] != inner[operand] * size) {
        return false;
      }
    }
    return true;
  }

  /** How many axes there are. */
  int count() {
    return sizes.length;
  }

  /** The number of elements of the result. */
  long elements() {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  /** The size of an axis; 0 is the outermost, -1 the innermost, and axes before 0 have size 1. */
  long size(int axis) {
    int at = axis < 0 ? sizes.length + axis : axis;
    return at < 0 ? 1 : sizes[at];
  }

  /** How far neighbours along an axis lie apart in the result. */
  long step(int axis) {
    long step = 1;
    for (int inner = axis < 0 ? sizes.length + axis + 1 : axis + 1; inner < sizes.length; inner++) {
      step *= inner < 0 ? 1 : sizes[inner];
    }
    return step;
  }

  /** The stride of an operand along an axis, counted as in {@link #size}; 0 before axis 0. */
  long stride(int operand, int axis) {
    int at = axis < 0 ? sizes.length + axis : axis;
    return at < 0 ? 0 : strides[operand][at];
  }
}
