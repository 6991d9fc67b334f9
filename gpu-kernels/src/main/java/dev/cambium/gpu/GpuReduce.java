package dev.cambium.gpu;

import dev.cambium.gpu.ReduceAxes.Axis;
import dev.cambium.op.Reduce;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@link Reduce}, with what additions round away kept. Which of three kernels runs depends on what
 * lies side by side: elements that are reduced, results, or neither. Where there are few results,
 * the elements of each are cut into slices, by sizes and device alone, and a second launch puts the
 * slices' results together.
 */
final class GpuReduce {
  private static final int MOST_AXES = 4;
  private static final int SHORT_ROW = 64;
  private static final int MOST_SLICES = 4096;

  private final GpuPlatform gpu;
  private final GpuLanes lanes;
  private final GpuProgram program;
  private final DType dtype;

  private GpuReduce(GpuPlatform gpu, Reduce.Function function, DType dtype) {
    this.gpu = gpu;
    this.lanes = GpuLanes.of(gpu);
    this.dtype = dtype;
    GpuProgram sums = lanes.program(gpu, "reduce", dtype);
    this.program = function == Reduce.Function.MAXIMUM ? sums.with("MAXIMUM", 1) : sums;
  }

  static Prepared prepare(GpuPlatform gpu, Reduce op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    ReduceAxes axes = ReduceAxes.of(op, x.shape());
    if (axes.kept().size() > MOST_AXES || axes.reduced().size() > MOST_AXES) {
      return new Declined(
          "more than " + MOST_AXES + " axes, reduced or kept, that cannot be walked as one");
    }
    double divisor = op.function() == Reduce.Function.MEAN ? axes.elements() : 1;
    return new GpuReduce(gpu, op.function(), x.dtype()).kernel(axes, divisor);
  }

  private GpuKernel kernel(ReduceAxes axes, double divisor) {
    GpuKernel.Builder kernel = gpu.kernel();
    long bytes = add(kernel, axes, Argument.input(0), Argument.output(0), 0, divisor);
    return kernel.scratch(bytes).build();
  }

  /**
   * Adds the launches; returns the bytes of working memory that they need from {@code offset} on.
   */
  private long add(
      GpuKernel.Builder kernel,
      ReduceAxes axes,
      Argument from,
      Argument to,
      long offset,
      double divisor) {
    if (axes.results() == 0) {
      return 0;
    }
    long slices = slices(axes);
    if (slices == 1) {
      launch(kernel, axes, 1, from, to, divisor);
      return 0;
    }
    Argument parts = Argument.scratch(offset);
    launch(kernel, axes, slices, from, parts, 1);
    partials(kernel, axes.results(), slices, parts, to, divisor);
    return slices * axes.results() * dtype.bytes();
  }

  /**
   * Adds the launches that sum the rows of {@code from} [rows, columns] into {@code to} [columns].
   *
   * @param offset where working memory of theirs may begin
   * @return the bytes of it
   */
  static long sumOfRows(
      GpuPlatform gpu,
      GpuKernel.Builder kernel,
      DType dtype,
      long rows,
      long columns,
      Argument from,
      Argument to,
      long offset) {
    ReduceAxes axes =
        new ReduceAxes(
            columns == 1 ? List.of() : List.of(new Axis(columns, 1)),
            rows == 1 ? List.of() : List.of(new Axis(rows, columns)));
    return new GpuReduce(gpu, Reduce.Function.SUM, dtype).add(kernel, axes, from, to, offset, 1);
  }

  /**
   * Adds the launch that sums what lies in the working memory into output 0.
   *
   * @param count how many numbers
   */
  static void sumOfPartials(GpuPlatform gpu, GpuKernel.Builder kernel, DType dtype, long count) {
    new GpuReduce(gpu, Reduce.Function.SUM, dtype)
        .partials(kernel, 1, count, Argument.scratch(0), Argument.output(0), 1);
  }

  private void partials(
      GpuKernel.Builder kernel,
      long results,
      long slices,
      Argument from,
      Argument to,
      double divisor) {
    ReduceAxes partials =
        results == 1
            ? new ReduceAxes(List.of(), List.of(new Axis(slices, 1)))
            : new ReduceAxes(List.of(new Axis(results, 1)), List.of(new Axis(slices, results)));
    launch(kernel, partials, 1, from, to, divisor);
  }

  /** Into how many slices the elements of each result are cut. */
  private long slices(ReduceAxes axes) {
    long groups = groups(axes);
    long elements = axes.elements() * axes.results() / groups;
    long most = lanes.elementsOfOneLaunch();
    if (elements <= most || groups >= lanes.enoughGroups()) {
      return 1;
    }
    long wanted = Math.max(2, Math.min(4 * elements / most, lanes.enoughGroups() / groups));
    return Math.min(Math.min(wanted, MOST_SLICES), axes.elements());
  }

  private static boolean byRows(ReduceAxes axes) {
    Axis inner = ReduceAxes.innermost(axes.reduced());
    return inner.stride() == 1 && inner.size() >= SHORT_ROW;
  }

  private static boolean byColumns(ReduceAxes axes) {
    return ReduceAxes.innermost(axes.kept()).stride() == 1 && axes.elements() > 0;
  }

  private static long groups(ReduceAxes axes) {
    if (byRows(axes)) {
      return axes.results();
    }
    if (byColumns(axes)) {
      long columns = ReduceAxes.innermost(axes.kept()).size();
      return axes.results() / columns * Grid.groups(columns, GpuLanes.COUNT);
    }
    return Grid.groups(axes.results(), GpuLanes.COUNT);
  }

  private GpuKernel.Builder launch(
      GpuKernel.Builder kernel,
      ReduceAxes axes,
      long slices,
      Argument from,
      Argument to,
      double divisor) {
    Axis row = ReduceAxes.innermost(axes.reduced());
    Axis columns = ReduceAxes.innermost(axes.kept());
    boolean byRows = byRows(axes);
    boolean byColumns = !byRows && byColumns(axes);
    List<Argument> arguments = new ArrayList<>(List.of(from, to));
    add(arguments, axes.results(), axes.elements(), row.size());
    add(arguments, Grid.groups(axes.elements(), slices));
    arguments.add(Argument.of((int) slices));
    add(arguments, byColumns ? ReduceAxes.around(axes.kept()) : axes.kept());
    add(arguments, ReduceAxes.around(axes.reduced()));
    arguments.add(Argument.real(dtype, divisor));
    if (byColumns) {
      add(arguments, columns.size(), row.stride());
      arguments.add(Argument.of(stripes(columns, row)));
    } else if (!byRows) {
      add(arguments, row.stride());
    }
    return kernel.launch(
        program,
        byRows ? "reduce_rows" : byColumns ? "reduce_columns" : "reduce_each",
        lanes.groups(groups(axes) * slices),
        arguments.toArray(Argument[]::new));
  }

  /** How many rows a group takes at once, so that few columns keep its lanes busy. */
  private static int stripes(Axis columns, Axis row) {
    boolean sideBySide = row.stride() == columns.size();
    return sideBySide
        ? (int) Math.max(1, Math.min(GpuLanes.COUNT / columns.size(), row.size()))
        : 1;
  }

  private static void add(List<Argument> arguments, long... values) {
    Arrays.stream(values).mapToObj(Argument::of).forEach(arguments::add);
  }

  /** The sizes of all but the outermost of four axes, then the strides. */
  private static void add(List<Argument> arguments, List<Axis> axes) {
    List<Axis> four = new ArrayList<>(axes);
    while (four.size() < MOST_AXES) {
      four.add(0, new Axis(1, 0));
    }
    four.subList(1, MOST_AXES).forEach(axis -> add(arguments, axis.size()));
    four.forEach(axis -> add(arguments, axis.stride()));
  }
}
