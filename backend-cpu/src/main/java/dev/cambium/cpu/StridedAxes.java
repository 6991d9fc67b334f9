package dev.cambium.cpu;

import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The axes along which the elements of an operand are walked in a given order, and how far apart
 * neighbours lie in its memory; 0 where it repeats. Axes of size 1 are dropped, and neighbours that
 * can be walked as one are merged, so that the innermost axis ("row") is as long as can be.
 */
final class StridedAxes {
  private final int[] sizes;
  private final int[] strides;
  private final long elements;

  private StridedAxes(int[] sizes, int[] strides) {
    this.sizes = sizes;
    this.strides = strides;
    long product = 1;
    for (int size : sizes) {
      product *= size;
    }
    this.elements = product;
  }

  /**
   * The axes of {@code shape} in the order in which a value of that shape lies in memory.
   *
   * @param strides the operand's strides along the axes of {@code shape}
   */
  static StridedAxes inMemoryOrder(Shape shape, long[] strides) {
    int[] order = ChannelsLast.order(shape.rank());
    return merged(
        Arrays.stream(order).map(shape::dim).toArray(),
        Arrays.stream(order).mapToLong(axis -> strides[axis]).toArray());
  }

  /**
   * Merges axes.
   *
   * @param sizes the sizes, outermost first
   * @param strides the operand's strides along these axes
   */
  static StridedAxes merged(int[] sizes, long[] strides) {
    List<Integer> lengths = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == 1) {
        continue;
      }
      int last = lengths.size() - 1;
      if (last >= 0 && steps.get(last) == strides[i] * sizes[i]) {
        lengths.set(last, Math.multiplyExact(lengths.get(last), sizes[i]));
        steps.set(last, Math.toIntExact(strides[i]));
      } else {
        lengths.add(sizes[i]);
        steps.add(Math.toIntExact(strides[i]));
      }
    }
    if (lengths.isEmpty()) {
      lengths.add(1);
      steps.add(1);
    }
    return new StridedAxes(
        lengths.stream().mapToInt(Integer::intValue).toArray(),
        steps.stream().mapToInt(Integer::intValue).toArray());
  }

  /** An operand of shape {@code from} that is stretched over {@code to} by NumPy's rules. */
  static StridedAxes stretched(Shape from, Shape to) {
    return inMemoryOrder(to, ChannelsLast.stretched(from, to));
  }

  /** The number of elements that are walked. */
  long elements() {
    return elements;
  }

  /** The elements of a row. */
  int rowLength() {
    return sizes[sizes.length - 1];
  }

  /** How far neighbours in a row lie apart. */
  int rowStride() {
    return strides[sizes.length - 1];
  }

  /** Where row {@code row} begins. */
  int rowStart(int row) {
    int rest = row;
    int start = 0;
    for (int axis = sizes.length - 2; axis >= 0; axis--) {
      start += rest % sizes[axis] * strides[axis];
      rest /= sizes[axis];
    }
    return start;
  }

  /** Where element {@code index} of the walk lies. */
  int offset(int index) {
    int length = rowLength();
    return rowStart(index / length) + index % length * rowStride();
  }

  /** Copies elements {@code from} to {@code from + n - 1} of the walk to the start of an array. */
  void read(FloatBuffer x, int from, float[] block, int n) {
    int length = rowLength();
    int step = rowStride();
    int at = 0;
    while (at < n) {
      int count = Math.min(length - (from + at) % length, n - at);
      int start = offset(from + at);
      if (step == 1) {
        x.get(start, block, at, count);
      } else if (step == 0) {
        Arrays.fill(block, at, at + count, x.get(start));
      } else {
        gather(x, start, step, block, at, count);
      }
      at += count;
    }
  }

  private static void gather(FloatBuffer x, int start, int step, float[] block, int at, int count) {
    for (int i = 0; i < count; i++) {
      block[at + i] = x.get(start + i * step);
    }
  }
}
