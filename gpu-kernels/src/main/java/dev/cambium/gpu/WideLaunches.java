package dev.cambium.gpu;

import dev.cambium.tensor.DType;

/** The launches of one kernel for processors, with what they share of its working memory. */
final class WideLaunches {
  private static final long ALIGNMENT = 512;

  private final GpuPlatform gpu;
  private final WideTile tile;
  private final DType dtype;
  private final GpuKernel.Builder kernel;
  private long scratch;

  WideLaunches(GpuPlatform gpu, WideTile tile, DType dtype) {
    this.gpu = gpu;
    this.tile = tile;
    this.dtype = dtype;
    this.kernel = gpu.kernel();
  }

  GpuPlatform gpu() {
    return gpu;
  }

  WideTile tile() {
    return tile;
  }

  DType dtype() {
    return dtype;
  }

  /** The columns of a panel. */
  int width() {
    return tile.columns(dtype);
  }

  GpuKernel.Builder kernel() {
    return kernel;
  }

  /** Working memory for that many elements, for all launches of this kernel. */
  Argument scratch(long elements) {
    Argument argument = Argument.scratch(scratch);
    scratch += Grid.groups(Math.max(1, elements) * dtype.bytes(), ALIGNMENT) * ALIGNMENT;
    return argument;
  }

  /** Lays a buffer into panels in working memory. */
  Argument pack(WidePanels panels, Argument from) {
    Argument to = scratch(panels.elements());
    panels.launch(gpu, kernel, from, to);
    return to;
  }

  /** Adds a launch of a file's kernel in this floating type. */
  void launch(String file, String function, Grid grid, Argument... arguments) {
    kernel.launch(tile.program(gpu, file, dtype), function, grid, arguments);
  }

  GpuKernel build() {
    return kernel.scratch(scratch).build();
  }
}
