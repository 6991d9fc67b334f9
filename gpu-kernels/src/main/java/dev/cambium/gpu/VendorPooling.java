package dev.cambium.gpu;

import dev.cambium.op.Window2d;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;

/**
 * The sizes of an average pooling: x [N, H, W, C], y [N, oH, oW, C], as they lie in memory.
 *
 * @param dtype FLOAT32 or FLOAT64
 * @param batch N
 * @param channels C
 * @param height H
 * @param width W
 * @param outputHeight oH
 * @param outputWidth oW
 * @param window kernel, stride, padding
 * @param countPadding whether the padding counts in the mean
 */
public record VendorPooling(
    DType dtype,
    int batch,
    int channels,
    int height,
    int width,
    int outputHeight,
    int outputWidth,
    Window2d window,
    boolean countPadding) {

  /** The pooling of images of a shape [N, C, H, W]. */
  static VendorPooling of(DType dtype, Window2d window, boolean countPadding, Shape x) {
    Shape y = window.output(x);
    return new VendorPooling(
        dtype, x.dim(0), x.dim(1), x.dim(2), x.dim(3), y.dim(2), y.dim(3), window, countPadding);
  }
}
