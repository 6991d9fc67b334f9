package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Opaque;

/**
 * What {@link GpuBatchNormTraining} leaves for the gradient: for each channel gamma / sqrt(variance
 * + epsilon), then for each beta. With them the gradient finds the sign of y from x alone.
 *
 * @param dtype the floating type
 * @param channels how many
 */
record NormScales(DType dtype, int channels) implements Opaque {
  @Override
  public long bytes() {
    return 2L * channels * dtype.bytes();
  }
}
