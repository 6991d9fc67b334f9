package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;

/**
 * The sizes of a batch normalisation without activation: x [N, H, W, C] as it lies in memory.
 *
 * @param dtype FLOAT32 or FLOAT64
 * @param batch N
 * @param channels C
 * @param height H, 1 where x is [N, C]
 * @param width W, 1 where x is [N, C]
 * @param epsilon added to the variance
 */
public record VendorNorm(
    DType dtype, int batch, int channels, int height, int width, double epsilon) {

  /** The normalisation of a value [N, C] or [N, C, H, W]. */
  static VendorNorm of(TensorType x, double epsilon) {
    Shape shape = x.shape();
    boolean image = shape.rank() == 4;
    return new VendorNorm(
        x.dtype(),
        shape.dim(0),
        shape.dim(1),
        image ? shape.dim(2) : 1,
        image ? shape.dim(3) : 1,
        epsilon);
  }

  /** M: the values of a channel. */
  long count() {
    return (long) batch * height * width;
  }
}
