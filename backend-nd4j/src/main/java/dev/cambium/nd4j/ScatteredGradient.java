package dev.cambium.nd4j;

import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of a convolution with respect to its images for filters that are not finite: one
 * product per image and ND4J's col2im, which leaves out what falls onto the padding. It takes
 * longer than a convolution with the filters turned around, where such a filter meets zeros that
 * stand for nothing, and gives NaN.
 */
final class ScatteredGradient {
  private final DType dtype;
  private final Shape dx;
  private final long groups;
  private final long[] filters;
  private final long[] gradients;
  private final long[] taps;
  private final Nd4jOperation product = Nd4jMatMul.product(true, false, false);
  private final Nd4jOperation col2im;

  /**
   * The gradient.
   *
   * @param dtype the element type
   * @param geometry how the filter moved
   * @param dy [N, O, oH, oW]
   * @param w the filters, [O, C/groups, kH, kW]
   * @param dx [N, C, H, W]
   */
  ScatteredGradient(DType dtype, ConvolutionGeometry geometry, Shape dy, Shape w, Shape dx) {
    this.dtype = dtype;
    this.dx = dx;
    groups = geometry.groups();
    filters = matrices(w.dim(0) / groups, w.size(1, 4));
    gradients = matrices(w.dim(0) / groups, dy.size(2, 4));
    taps = new long[] {1, dx.dim(1), w.dim(2), w.dim(3), dy.dim(2), dy.dim(3)};
    col2im =
        Nd4jOperation.of(
            "col2im",
            geometry.stride().height(),
            geometry.stride().width(),
            geometry.padding().top(),
            geometry.padding().left(),
            dx.dim(2),
            dx.dim(3),
            geometry.dilation().height(),
            geometry.dilation().width(),
            0);
  }

  private long[] matrices(long rows, long columns) {
    return groups == 1 ? new long[] {rows, columns} : new long[] {groups, rows, columns};
  }

  /** The bytes of working memory. */
  long scratchBytes() {
    return size(taps) * dtype.bytes();
  }

  void run(Nd4jBuffer dy, Nd4jBuffer w, Nd4jBuffer target, Nd4jBuffer scratch) {
    long[] image = {1, dx.dim(1), dx.dim(2), dx.dim(3)};
    INDArray patches = scratch.scratch(dtype, 0, taps);
    long columns = gradients[gradients.length - 1];
    INDArray matrices = scratch.scratch(dtype, 0, matrices(filters[filters.length - 1], columns));
    for (long n = 0; n < dx.dim(0); n++) {
      INDArray one = dy.view(n * size(gradients), gradients, Nd4jTypes.rowMajor(gradients));
      product.run(w.view(filters), one, matrices);
      col2im.run(patches, target.view(n * size(image), image, Nd4jTypes.rowMajor(image)));
    }
  }

  private static long size(long[] shape) {
    long size = 1;
    for (long dimension : shape) {
      size *= dimension;
    }
    return size;
  }
}
