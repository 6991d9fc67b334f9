package dev.cambium.gpu;

import dev.cambium.op.Window2d;
import dev.cambium.spi.Declined;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pooling of given shapes, and how its kernels are launched over the elements of its result: on
 * GPUs a work-item for each element of an image, on processors one for some rows of the result.
 *
 * @param window the windows
 * @param x the shape of the image
 * @param y the shape of what pooling makes of it
 */
record PoolingGeometry(Window2d window, Shape x, Shape y) {
  private static final int LOCAL = 128;
  private static final int GROUPS_OF_CORE = 8;
  private static final int CHANNELS_OF_VECTOR = 16;

  static PoolingGeometry of(Window2d window, Shape x) {
    return new PoolingGeometry(window, x, window.output(x));
  }

  /** The pixels of a window, padding included. */
  long pixels() {
    return (long) window.kernel().height() * window.kernel().width();
  }

  /** Why there is no kernel: elements of an image and of a window are counted in 31 bits. */
  Optional<Declined> declined() {
    long most = Math.max(pixels(), Math.max(x.size(1, 4), y.size(1, 4)));
    return most <= Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(new Declined("an image or a window of more than 2^31 - 1 elements"));
  }

  /**
   * Adds a launch over the elements of x or y.
   *
   * @param family the name of the source file for GPUs; the one for processors has {@code wide_}
   *     before it, as the kernel has
   * @param function the kernel's name
   * @param result the shape of what the kernel makes, x or y
   * @param buffers the kernel's first arguments
   * @param settings its last ones
   */
  void launch(
      GpuPlatform gpu,
      GpuKernel.Builder kernel,
      DType dtype,
      String family,
      String function,
      Shape result,
      List<Argument> buffers,
      List<Argument> settings) {
    List<Argument> arguments = new ArrayList<>(buffers);
    arguments.addAll(arguments());
    Grid grid;
    if (gpu.isWide()) {
      int part = part(gpu, result);
      long parts = Grid.groups(result.dim(1), part);
      long wanted = Grid.groups((long) GROUPS_OF_CORE * gpu.device().computeUnits(), parts);
      RowBlocks blocks = RowBlocks.of((long) result.dim(0) * result.dim(2), wanted, 1);
      arguments.add(Argument.of(blocks.each()));
      arguments.add(Argument.of(part));
      grid = new Grid(parts, blocks.count(), 1, 1, 1);
    } else {
      arguments.addAll(new FastDivisor(result.dim(1)).arguments());
      arguments.addAll(new FastDivisor(result.dim(3)).arguments());
      long groups = Grid.groups(result.size(1, 4), LOCAL);
      grid = new Grid(groups, Math.min(result.dim(0), Grid.MOST), 1, LOCAL, 1);
    }
    arguments.addAll(settings);
    String kind = gpu.isWide() ? "wide_" : "";
    kernel.launch(
        gpu.program(kind + family, dtype),
        kind + function,
        grid,
        arguments.toArray(Argument[]::new));
  }

  /** How many channels a work-item has: all of them, unless there are too few rows to share. */
  private static int part(GpuPlatform gpu, Shape result) {
    long rows = Math.max(1, (long) result.dim(0) * result.dim(2));
    long parts = Grid.groups((long) GROUPS_OF_CORE * gpu.device().computeUnits(), rows);
    long vectors = Grid.groups(result.dim(1), CHANNELS_OF_VECTOR);
    return Math.toIntExact(
        Math.min(result.dim(1), Grid.groups(vectors, parts) * CHANNELS_OF_VECTOR));
  }

  /** As {@code pooling_window.cl} takes it. */
  List<Argument> arguments() {
    return List.of(
        Argument.of(x.dim(0)),
        Argument.of(x.dim(1)),
        Argument.of(x.dim(2)),
        Argument.of(x.dim(3)),
        Argument.of(y.dim(2)),
        Argument.of(y.dim(3)),
        Argument.of(window.kernel().height()),
        Argument.of(window.kernel().width()),
        Argument.of(window.stride().height()),
        Argument.of(window.stride().width()),
        Argument.of(window.padding().top()),
        Argument.of(window.padding().left()));
  }
}
