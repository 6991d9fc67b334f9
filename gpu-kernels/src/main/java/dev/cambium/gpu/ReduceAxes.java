package dev.cambium.gpu;

import dev.cambium.op.Reduce;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The axes of a reduction as they lie in memory. Axes of size 1 are left out, and those that can be
 * walked as one are merged.
 *
 * @param kept what remains, outermost first, in the order of the output's memory
 * @param reduced what is reduced, outermost first, in the order of the input's memory
 */
record ReduceAxes(List<Axis> kept, List<Axis> reduced) {
  /**
   * An axis of the input.
   *
   * @param size its elements
   * @param stride how far they lie apart
   */
  record Axis(long size, long stride) {}

  /** Copies the lists. */
  ReduceAxes {
    kept = List.copyOf(kept);
    reduced = List.copyOf(reduced);
  }

  /** The axes of {@code op} on an input of shape {@code x}. */
  static ReduceAxes of(Reduce op, Shape x) {
    long[] strides = ChannelsLast.strides(x);
    List<Integer> keptAxes =
        IntStream.range(0, x.rank()).filter(axis -> !op.axes().contains(axis)).boxed().toList();
    Shape y =
        op.keepDimensions()
            ? Shape.of(
                IntStream.range(0, x.rank())
                    .mapToObj(axis -> op.axes().contains(axis) ? 1 : x.dim(axis))
                    .toList())
            : Shape.of(keptAxes.stream().map(x::dim).toList());
    long[] target = ChannelsLast.strides(y);
    List<Integer> inOutput =
        keptAxes.stream()
            .sorted(
                Comparator.comparingLong(
                        (Integer axis) ->
                            target[op.keepDimensions() ? axis : keptAxes.indexOf(axis)])
                    .reversed())
            .toList();
    List<Integer> inInput =
        op.axes().stream()
            .sorted(Comparator.comparingLong((Integer axis) -> strides[axis]).reversed())
            .toList();
    return new ReduceAxes(merged(inOutput, x, strides), merged(inInput, x, strides));
  }

  private static List<Axis> merged(List<Integer> order, Shape x, long[] strides) {
    List<Axis> axes = new ArrayList<>();
    for (int axis : order) {
      long size = x.dim(axis);
      long stride = strides[axis];
      int last = axes.size() - 1;
      if (size != 1 && last >= 0 && axes.get(last).stride() == stride * size) {
        axes.set(last, new Axis(axes.get(last).size() * size, stride));
      } else if (size != 1) {
        axes.add(new Axis(size, stride));
      }
    }
    return axes;
  }

  /** The number of results. */
  long results() {
    return product(kept);
  }

  /** The number of elements that go into a result. */
  long elements() {
    return product(reduced);
  }

  private static long product(List<Axis> axes) {
    return axes.stream().mapToLong(Axis::size).reduce(1, Math::multiplyExact);
  }

  /** The innermost of these axes, or one of a single element. */
  static Axis innermost(List<Axis> axes) {
    return axes.isEmpty() ? new Axis(1, 0) : axes.get(axes.size() - 1);
  }

  /** These axes without the innermost. */
  static List<Axis> around(List<Axis> axes) {
    return axes.subList(0, Math.max(0, axes.size() - 1));
  }
}
