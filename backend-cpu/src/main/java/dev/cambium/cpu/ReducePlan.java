package dev.cambium.cpu;

import dev.cambium.op.Reduce;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a reduction is cut into tasks, as a function of its sizes alone. The results, in the order of
 * their memory, fall into runs of neighbours that lie a fixed step apart in the input; the elements
 * that go into one result fall into slices. A task is one run and one slice.
 *
 * @param kept the results and where the elements of each begin in the input
 * @param reduced the elements that go into one result
 * @param slices the number of slices
 */
record ReducePlan(StridedAxes kept, StridedAxes reduced, int slices) {
  /** Results per run at most. */
  static final int RUN = 256;

  private static final int ELEMENTS_PER_CHUNK = 32_768;
  private static final int ENOUGH_RUNS = 16;
  private static final int MOST_SLICES = 64;

  /** The plan for an input of shape {@code x}. */
  static ReducePlan of(Reduce op, Shape x) {
    List<Integer> keptAxes =
        IntStream.range(0, x.rank()).filter(axis -> !op.axes().contains(axis)).boxed().toList();
    StridedAxes kept = axes(x, inMemoryOrder(keptAxes, op.keepDimensions(), x.rank()));
    int[] order = ChannelsLast.order(x.rank());
    StridedAxes reduced = axes(x, IntStream.of(order).filter(op.axes()::contains).toArray());
    return new ReducePlan(kept, reduced, slices(kept, reduced));
  }

  /** The kept axes of the input in the order in which the output lies in memory. */
  private static int[] inMemoryOrder(List<Integer> kept, boolean keepDimensions, int rank) {
    if (keepDimensions) {
      return IntStream.of(ChannelsLast.order(rank)).filter(kept::contains).toArray();
    }
    return IntStream.of(ChannelsLast.order(kept.size())).map(kept::get).toArray();
  }

  private static StridedAxes axes(Shape x, int[] order) {
    long[] strides = ChannelsLast.strides(x);
    return StridedAxes.merged(
        IntStream.of(order).map(x::dim).toArray(),
        IntStream.of(order).mapToLong(axis -> strides[axis]).toArray());
  }

  private static int slices(StridedAxes kept, StridedAxes reduced) {
    if (kept.elements() == 0 || runs(kept) >= ENOUGH_RUNS) {
      return 1;
    }
    long wanted = kept.elements() * reduced.elements() / ELEMENTS_PER_CHUNK;
    return (int) Math.max(1, Math.min(MOST_SLICES, Math.min(wanted, reduced.elements())));
  }

  private static int runsPerRow(StridedAxes kept) {
    return CpuParallel.chunks(kept.rowLength(), RUN);
  }

  private static int runs(StridedAxes kept) {
    return kept.elements() == 0
        ? 0
        : Math.toIntExact(kept.elements() / kept.rowLength() * runsPerRow(kept));
  }

  /** The number of results. */
  int results() {
    return Math.toIntExact(kept.elements());
  }

  /** The number of tasks: task = run * slices + slice. */
  int tasks() {
    return runs(kept) * slices;
  }

  /** How many tasks make enough work for a thread. */
  long tasksPerChunk() {
    long elements = Math.max(1, kept.elements() * reduced.elements());
    return Math.max(1, (long) ELEMENTS_PER_CHUNK * tasks() / elements);
  }

  /** How far neighbouring results of a run lie apart in the input. */
  int step() {
    return kept.rowStride();
  }

  /** The index of the first result of {@code run}. */
  int firstResult(int run) {
    return run / runsPerRow(kept) * kept.rowLength() + column(run);
  }

  /** The number of results of {@code run}. */
  int runLength(int run) {
    return Math.min(RUN, kept.rowLength() - column(run));
  }

  /** Where the elements of the first result of {@code run} begin in the input. */
  int runStart(int run) {
    return kept.rowStart(run / runsPerRow(kept)) + column(run) * step();
  }

  private int column(int run) {
    return run % runsPerRow(kept) * RUN;
  }

  /** The first of the elements of a result that belong to {@code slice}. */
  int from(int slice) {
    return (int) (reduced.elements() * slice / slices);
  }

  /** The element after the last one of {@code slice}. */
  int to(int slice) {
    return from(slice + 1);
  }
}
