package dev.cambium.gpu;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;

/**
 * The sizes of a fully connected layer. Its features lie in memory as [pixels, channels], while the
 * columns of its weights count them as [channels, pixels]: column c * pixels + p belongs to feature
 * p * channels + c. Where the orders do not differ, {@code pixels} is 1.
 *
 * @param dtype FLOAT32 or FLOAT64
 * @param batch N
 * @param units O
 * @param channels C of an image, else all features
 * @param pixels H W of an image, else 1
 */
record LinearProblem(DType dtype, int batch, int units, int channels, int pixels) {
  /**
   * The layer of these sizes.
   *
   * @param x the type of the features, [N, d1, d2, ...]
   * @param units O
   */
  static LinearProblem of(TensorType x, int units) {
    Shape shape = x.shape();
    int batch = shape.dim(0);
    if (shape.rank() == 4 && shape.dim(1) > 1 && shape.size(2, 4) > 1) {
      int pixels = Math.toIntExact(shape.size(2, 4));
      return new LinearProblem(x.dtype(), batch, units, shape.dim(1), pixels);
    }
    int features = Math.toIntExact(shape.size(1, shape.rank()));
    return new LinearProblem(x.dtype(), batch, units, features, 1);
  }

  /** K. */
  int features() {
    return channels * pixels;
  }

  /** Whether the columns of the weights are in another order than the features. */
  boolean isPermuted() {
    return pixels > 1;
  }
}
