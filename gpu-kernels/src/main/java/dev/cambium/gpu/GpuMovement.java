package dev.cambium.gpu;

import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which kernel of {@code movement.cl} brings elements from one order into another. */
final class GpuMovement {
  /** Below it, a tile of a GPU is mostly empty. */
  private static final int SMALLEST_SIDE = 16;

  private final GpuPlatform gpu;

  GpuMovement(GpuPlatform gpu) {
    this.gpu = gpu;
  }

  /** The program for elements of a type. */
  static GpuProgram program(DType dtype) {
    return switch (dtype.bytes()) {
      case 1 -> GpuProgram.of("movement", Map.of("ELEMENT", "UCHAR", "VALUE", "UINT"));
      case 4 -> GpuProgram.of("movement", Map.of("ELEMENT", "UINT", "VALUE", "UINT"));
      default -> GpuProgram.of("movement", Map.of("ELEMENT", "ULONG", "VALUE", "ULONG"));
    };
  }

  /**
   * A kernel that fills a result with elements of input 0.
   *
   * @param dtype the type of the elements
   * @param result the shape
   * @param strides the input's along the dimensions of the result
   */
  Prepared prepare(DType dtype, Shape result, long[] strides) {
    if (result.size() == 0) {
      return gpu.kernel().build();
    }
    StridedAxes axes = StridedAxes.of(result, strides);
    if (axes.count() > StridedLaunch.MOST_AXES) {
      return new Declined(StridedLaunch.tooMany(axes));
    }
    StridedLaunch copy = copy(axes);
    return gpu.kernel()
        .launch(
            program(dtype),
            copy.form(),
            copy.grid(),
            copy.after(Argument.input(0), Argument.output(0)))
        .build();
  }

  /** Row-major to the order of memory; {@code shape} is of rank 4. */
  StridedLaunch toMemoryOrder(Shape shape) {
    return copy(StridedAxes.of(shape, shape.strides()));
  }

  /** The order of memory to row-major; {@code shape} is of rank 4. */
  StridedLaunch toRowMajor(Shape shape) {
    int pixels = Math.toIntExact(shape.size(2, 4));
    int channels = shape.dim(1);
    long[] strides = {(long) channels * pixels, 1, channels};
    return copy(StridedAxes.of(Shape.of(shape.dim(0), channels, pixels), strides));
  }

  /** How elements are brought into the order of these axes. */
  StridedLaunch copy(StridedAxes axes) {
    if (axes.count() == 1 && axes.stride(0, 0) <= 1) {
      return StridedLaunch.plain(axes.stride(0, 0) == 1 ? "copy" : "copy_one", axes.elements());
    }
    if (StridedLaunch.suitsRows(gpu, axes, 1)) {
      String form = axes.stride(0, -1) == 1 ? "copy_rows" : "copy_rows_one";
      return StridedLaunch.rows(form, axes, 1);
    }
    return transposed(axes).orElseGet(() -> StridedLaunch.strided("copy_", axes, 1));
  }

  /** One batch axis at most, and an outer axis along which the operand's neighbours lie. */
  private Optional<StridedLaunch> transposed(StridedAxes axes) {
    int count = axes.count();
    for (int axis = 0; axis < count - 1 && count <= 3; axis++) {
      boolean fits = axes.size(axis) < 1 << 30 && axes.size(-1) < 1 << 30;
      boolean tiled =
          Math.min(axes.size(axis), axes.size(-1)) >= (gpu.isWide() ? 2 : SMALLEST_SIDE);
      if (axes.stride(0, axis) == 1 && fits && tiled) {
        return Optional.of(transposed(axes, axis, count == 2 ? -3 : 1 - axis));
      }
    }
    return Optional.empty();
  }

  /** Rows of the operand are along the innermost axis, its columns along {@code axis}. */
  private StridedLaunch transposed(StridedAxes axes, int axis, int batchAxis) {
    boolean three = axes.size(-1) == 3 && axes.step(axis) == 3;
    if (!gpu.isWide()) {
      return transposed("transpose", axes, axis, batchAxis, 32, 32, new Grid(1, 1, 1, 32, 8));
    }
    return three
        ? transposed("transpose_three", axes, axis, batchAxis, 3, 256, Grid.groups1(1, 256))
        : transposed("transpose_direct", axes, axis, batchAxis, 16, 64, Grid.groups1(1, 1));
  }

  private static StridedLaunch transposed(
      String form,
      StridedAxes axes,
      int axis,
      int batchAxis,
      int tileRows,
      int tileColumns,
      Grid group) {
    long rows = axes.size(-1);
    long columns = axes.size(axis);
    long across = Grid.groups(columns, tileColumns);
    long down = Grid.groups(rows, tileRows);
    return new StridedLaunch(
        form,
        new Grid(across * down * axes.size(batchAxis), 1, 1, group.localX(), group.localY()),
        List.of(
            Argument.of((int) rows),
            Argument.of((int) columns),
            Argument.of((int) across),
            Argument.of((int) down),
            Argument.of(axes.stride(0, batchAxis)),
            Argument.of(axes.stride(0, -1)),
            Argument.of(axes.step(batchAxis)),
            Argument.of(axes.step(axis))));
  }
}
