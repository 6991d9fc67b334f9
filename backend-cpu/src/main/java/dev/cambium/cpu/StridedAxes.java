package dev.cambium.cpu;

import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The axes along which elements are walked in a given order, and how far apart neighbours lie in
 * each of several operands; 0 where an operand repeats. Axes of size 1 are dropped, and neighbours
 * that can be walked as one are merged, so that the innermost axis ("row") is as long as can be.
 */
final class StridedAxes {
  private final int[] sizes;
  private final int[][] strides;
  private final long elements;

  private StridedAxes(int[] sizes, int[][] strides) {
    this.sizes = sizes;
    this.strides = strides;
    long product = 1;
    for (int size : sizes) {
      product *= size;
    }
    this.elements = product;
  }

  /**
   * The axes of {@code shape} in the order of its elements in memory.
   *
   * @param shape what is walked
   * @param strides for each operand, its strides along the axes of {@code shape}
   */
  static StridedAxes inMemoryOrder(Shape shape, long[]... strides) {
    int[] order = CpuLayout.order(shape.rank());
    long[][] ordered = new long[strides.length][order.length];
    int[] sizes = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      sizes[i] = shape.dim(order[i]);
      for (int operand = 0; operand < strides.length; operand++) {
        ordered[operand][i] = strides[operand][order[i]];
      }
    }
    return merged(sizes, ordered);
  }

  /**
   * Merges axes.
   *
   * @param sizes the sizes, outermost first
   * @param strides for each operand, its strides along these axes
   */
  static StridedAxes merged(int[] sizes, long[]... strides) {
    List<Integer> lengths = new ArrayList<>();
    List<long[]> steps = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == 1) {
        continue;
      }
      long[] here = new long[strides.length];
      for (int operand = 0; operand < strides.length; operand++) {
        here[operand] = strides[operand][i];
      }
      int last = lengths.size() - 1;
      if (last >= 0 && continues(steps.get(last), here, sizes[i])) {
        lengths.set(last, Math.multiplyExact(lengths.get(last), sizes[i]));
        steps.set(last, here);
      } else {
        lengths.add(sizes[i]);
        steps.add(here);
      }
    }
    if (lengths.isEmpty()) {
      lengths.add(1);
      steps.add(new long[strides.length]);
    }
    return new StridedAxes(
        lengths.stream().mapToInt(Integer::intValue).toArray(), byOperand(steps, strides.length));
  }

  private static boolean continues(long[] outer, long[] inner, int innerSize) {
    for (int operand = 0; operand < outer.length; operand++) {
      if (outer[operand] != inner[operand] * innerSize) {
        return false;
      }
    }
    return true;
  }

  private static int[][] byOperand(List<long[]> steps, int operands) {
    int[][] strides = new int[operands][steps.size()];
    for (int operand = 0; operand < operands; operand++) {
      for (int axis = 0; axis < steps.size(); axis++) {
        strides[operand][axis] = Math.toIntExact(steps.get(axis)[operand]);
      }
    }
    return strides;
  }

  /**
   * The strides that stretch an operand of shape {@code from}, as it lies in memory, over {@code
   * to} by NumPy's rules.
   */
  static long[] stretched(Shape from, Shape to) {
    long[] dense = CpuLayout.strides(from);
    long[] strides = new long[to.rank()];
    for (int i = 1; i <= from.rank(); i++) {
      strides[to.rank() - i] = from.dim(-i) == 1 ? 0 : dense[from.rank() - i];
    }
    return strides;
  }

  /** The number of elements that are walked. */
  long elements() {
    return elements;
  }

  /** The elements of a row. */
  int rowLength() {
    return sizes[sizes.length - 1];
  }

  /** How far neighbours in a row lie apart in {@code operand}. */
  int rowStride(int operand) {
    return strides[operand][sizes.length - 1];
  }

  /** Where row {@code row} begins in {@code operand}. */
  int rowStart(int operand, int row) {
    int rest = row;
    int start = 0;
    for (int axis = sizes.length - 2; axis >= 0; axis--) {
      start += rest % sizes[axis] * strides[operand][axis];
      rest /= sizes[axis];
    }
    return start;
  }
}
