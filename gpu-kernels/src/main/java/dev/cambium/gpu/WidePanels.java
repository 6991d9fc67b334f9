package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Opaque;

/**
 * Matrices laid into panels as the products for processors read them: for each matrix, the panels
 * of {@link WideTile#columns} adjacent columns one behind the other, each row-major; columns beyond
 * the last are 0. Element (i, j) of matrix b comes from element
 *
 * <pre>offset + b stride + rows.at(i) + columns.at(j)</pre>
 *
 * of the source.
 *
 * @param tile which kernels read them
 * @param dtype FLOAT32 or FLOAT64
 * @param batch how many matrices
 * @param stride from one matrix to the next in the source
 * @param offset of the first element
 * @param rows where rows lie
 * @param columns where columns lie
 */
record WidePanels(
    WideTile tile, DType dtype, int batch, long stride, long offset, Axis rows, Axis columns)
    implements Opaque {
  private static final int GROUPS = 64;

  /**
   * An axis whose index i = outer * inner + j lies at outer * outerStep + j * step.
   *
   * @param size how many, a multiple of {@code inner} for rows
   * @param inner the period of j
   * @param step from one j to the next
   * @param outerStep from one period to the next
   */
  record Axis(int size, int inner, long step, long outerStep) {
    /** With the same step everywhere. */
    static Axis of(int size, long step) {
      return new Axis(size, Math.max(1, size), step, 0);
    }
  }

  /** One row-major matrix of {@code rows} x {@code columns}. */
  static WidePanels of(WideTile tile, DType dtype, int rows, int columns) {
    return new WidePanels(tile, dtype, 1, 0, 0, Axis.of(rows, columns), Axis.of(columns, 1));
  }

  /** The transpose of one row-major matrix of {@code columns} x {@code rows}. */
  static WidePanels ofTransposed(WideTile tile, DType dtype, int rows, int columns) {
    return new WidePanels(tile, dtype, 1, 0, 0, Axis.of(rows, 1), Axis.of(columns, rows));
  }

  /** These, for {@code count} matrices of {@code elements} each. */
  WidePanels batched(int count, long elements) {
    return new WidePanels(tile, dtype, count, elements, offset, rows, columns);
  }

  /** The columns of a panel. */
  int width() {
    return tile.columns(dtype);
  }

  /** The panels of one matrix. */
  int panels() {
    return Math.toIntExact(Grid.groups(columns.size(), width()));
  }

  /** The elements of one panel. */
  long panelElements() {
    return (long) rows.size() * width();
  }

  /** The elements of one matrix's panels. */
  long matrixElements() {
    return panels() * panelElements();
  }

  /** The elements of all. */
  long elements() {
    return batch * matrixElements();
  }

  @Override
  public long bytes() {
    return Math.max(1, elements()) * dtype.bytes();
  }

  /** Adds the launch that lays {@code from} into panels at {@code to}. */
  void launch(GpuPlatform gpu, GpuKernel.Builder kernel, Argument from, Argument to) {
    int outer = rows.size() / rows.inner();
    boolean inward = rows.outerStep() != 1 || rows.step() == 1;
    int lines = inward ? outer : rows.inner();
    int positions = inward ? rows.inner() : outer;
    long blocks = lines * Grid.groups(positions, tile.lanes(dtype));
    long blocksOfGroup = Math.max(1, Grid.groups(blocks * panels() * batch, GROUPS));
    long blockGroups = Grid.groups(blocks, blocksOfGroup);
    kernel.launch(
        tile.program(gpu, "wide_product", dtype),
        "wide_pack",
        new Grid(blockGroups * panels(), 1, batch, 1, 1),
        from,
        to,
        Argument.of(lines),
        Argument.of(positions),
        Argument.of(inward ? rows.inner() : 1),
        Argument.of(inward ? 1 : rows.inner()),
        Argument.of(inward ? rows.outerStep() : rows.step()),
        Argument.of(inward ? rows.step() : rows.outerStep()),
        Argument.of(columns.size()),
        Argument.of(columns.inner()),
        Argument.of(columns.step()),
        Argument.of(columns.outerStep()),
        Argument.of(offset),
        Argument.of(stride),
        Argument.of(matrixElements()),
        Argument.of((int) blocksOfGroup),
        Argument.of((int) blockGroups));
  }

  /** A kernel that lays an operation's input into panels once per update. */
  GpuKernel.Packing packer(GpuPlatform gpu) {
    GpuKernel.Builder kernel = gpu.kernel();
    launch(gpu, kernel, Argument.input(0), Argument.output(0));
    return new GpuKernel.Packing(kernel, this);
  }
}
