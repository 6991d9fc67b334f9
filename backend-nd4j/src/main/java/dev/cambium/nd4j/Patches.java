package dev.cambium.nd4j;

import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.tensor.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The patches of one image that a convolution reads, as a matrix: ND4J's im2col and col2im. Both
 * know the padding above and to the left only, and take that below and to the right from the size
 * of the result; a pixel outside of the image is 0.
 *
 * <p>With a row per channel and tap and a column per position, a convolution is a product of
 * matrices, one per group.
 */
final class Patches {
  private final Nd4jOperation im2col;
  private final Nd4jOperation col2im;
  private final long[] image;
  private final long[] taps;
  private final long groups;
  private final long filters;

  /**
   * The patches of a convolution.
   *
   * @param geometry how the filter moves
   * @param x the images, [N, C, H, W]
   * @param w the filters, [O, C/groups, kH, kW]
   * @param y the results, [N, O, oH, oW]
   */
  Patches(ConvolutionGeometry geometry, Shape x, Shape w, Shape y) {
    int strideHeight = geometry.stride().height();
    int strideWidth = geometry.stride().width();
    int top = geometry.padding().top();
    int left = geometry.padding().left();
    int dilationHeight = geometry.dilation().height();
    int dilationWidth = geometry.dilation().width();
    im2col =
        Nd4jOperation.of(
            "im2col",
            new double[] {0},
            w.dim(2),
            w.dim(3),
            strideHeight,
            strideWidth,
            top,
            left,
            dilationHeight,
            dilationWidth,
            0);
    col2im =
        Nd4jOperation.of(
            "col2im",
            strideHeight,
            strideWidth,
            top,
            left,
            x.dim(2),
            x.dim(3),
            dilationHeight,
            dilationWidth,
            0);
    image = new long[] {1, x.dim(1), x.dim(2), x.dim(3)};
    taps = new long[] {1, x.dim(1), w.dim(2), w.dim(3), y.dim(2), y.dim(3)};
    groups = geometry.groups();
    filters = w.dim(0);
  }

  /** The elements of one image's patches. */
  long size() {
    return groups * rows() * positions();
  }

  /** The patches of image {@code n} of {@code x}. */
  void gather(Nd4jBuffer x, int n, INDArray patches) {
    im2col.run(image(x, n), patches.reshape(taps));
  }

  /** Adds up the patches into image {@code n} of {@code x}, which is written anew. */
  void scatter(INDArray patches, Nd4jBuffer x, int n) {
    col2im.run(patches.reshape(taps), image(x, n));
  }

  private INDArray image(Nd4jBuffer x, int n) {
    return x.view(n * image[1] * image[2] * image[3], image, Nd4jTypes.rowMajor(image));
  }

  /** The patches as a matrix, or one per group. */
  long[] matrices() {
    return perGroup(rows(), positions());
  }

  /** Image {@code n} of {@code y} as a matrix, or one per group. */
  INDArray results(Nd4jBuffer y, int n) {
    long[] shape = perGroup(filters / groups, positions());
    return y.view(n * filters * positions(), shape, Nd4jTypes.rowMajor(shape));
  }

  /** The filters as a matrix, or one per group. */
  INDArray filters(Nd4jBuffer w) {
    return w.view(perGroup(filters / groups, rows()));
  }

  private long[] perGroup(long rows, long columns) {
    return groups == 1 ? new long[] {rows, columns} : new long[] {groups, rows, columns};
  }

  private long rows() {
    return taps[1] / groups * taps[2] * taps[3];
  }

  private long positions() {
    return taps[4] * taps[5];
  }
}
