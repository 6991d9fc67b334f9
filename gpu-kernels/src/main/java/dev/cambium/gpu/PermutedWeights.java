package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Opaque;

/**
 * Weights [O, K] of a fully connected layer with their columns in the order in which an image's
 * features lie in memory, [O, pixels, channels].
 *
 * @param dtype FLOAT32 or FLOAT64
 * @param units O
 * @param channels C
 * @param pixels H W
 */
record PermutedWeights(DType dtype, int units, int channels, int pixels) implements Opaque {
  @Override
  public long bytes() {
    return (long) units * channels * pixels * dtype.bytes();
  }

  /** What brings row-major weights into this order. */
  static GpuKernel.Packing packer(GpuPlatform gpu, LinearProblem p) {
    GpuKernel.Builder kernel = gpu.kernel();
    TiledSums.transpose(
        kernel, gpu, p.dtype(), 1, p.units(), p.channels(), p.pixels(), Argument.input(0));
    return new GpuKernel.Packing(
        kernel, new PermutedWeights(p.dtype(), p.units(), p.channels(), p.pixels()));
  }
}
