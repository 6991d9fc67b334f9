package dev.cambium.gpu;

import dev.cambium.op.Activation;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;

/**
 * A value [N, C] or [N, C, H, W] as it lies in memory: rows of channels, in blocks of rows, and how
 * kernels are launched over these. On GPUs the groups are those of {@link ChannelLanes}, on
 * processors a work-item has a block and some channels.
 *
 * @param gpu the device
 * @param dtype the floating type
 * @param channels C
 * @param blocks the rows, N or N H W
 */
record ChannelRows(GpuPlatform gpu, DType dtype, int channels, RowBlocks blocks) {
  private static final int LEAST_ROWS = 64;
  private static final int GROUPS_OF_MULTIPROCESSOR = 8;
  private static final int GROUPS_OF_CORE = 4;
  private static final int WIDE_PART = 256;

  static ChannelRows of(GpuPlatform gpu, TensorType x) {
    Shape shape = x.shape();
    int channels = shape.dim(1);
    long rows = shape.dim(0) * shape.size(2, shape.rank());
    boolean wide = gpu.isWide();
    long ofRow = wide ? Grid.groups(channels, WIDE_PART) : ChannelLanes.grid(channels, 1).groupsX();
    long wanted =
        (long) gpu.device().computeUnits() * (wide ? GROUPS_OF_CORE : GROUPS_OF_MULTIPROCESSOR);
    RowBlocks blocks = RowBlocks.of(rows, Grid.groups(wanted, ofRow), LEAST_ROWS);
    return new ChannelRows(gpu, x.dtype(), channels, blocks);
  }

  /** Groups for all channels and blocks. */
  Grid grid() {
    return gpu.isWide()
        ? new Grid(Grid.groups(channels, WIDE_PART), blocks.count(), 1, 1, 1)
        : ChannelLanes.grid(channels, blocks.count());
  }

  /** Groups for all channels, on GPUs. */
  Grid line() {
    return ChannelLanes.grid(channels, 1);
  }

  /** Bytes for so many numbers of each block and channel. */
  long scratch(int numbers) {
    return (long) numbers * channels * blocks.count() * dtype.bytes();
  }

  Argument count() {
    return Argument.of(channels);
  }

  Argument rows() {
    return Argument.of(blocks.rows());
  }

  Argument each() {
    return Argument.of(blocks.each());
  }

  Argument blockCount() {
    return Argument.of(blocks.count());
  }

  /** A number in the floating type. */
  Argument real(double value) {
    return Argument.real(dtype, value);
  }

  static Argument number(Activation activation) {
    return Argument.of(GpuActivation.of(activation).code());
  }
}
