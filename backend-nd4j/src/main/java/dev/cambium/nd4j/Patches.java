package dev.cambium.nd4j;

import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Size2d;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What the taps of a filter read, as a matrix with a row per channel and tap and a column per image
 * and position, so that a convolution is a product of matrices, one per group. It is gathered from
 * the padded images by assignments from views by strides, some images at a time: ND4J's im2col does
 * the same for one padding on both sides, and takes four times as long.
 */
final class Patches {
  /** As many elements are gathered at once, unless a single image has more: 4 MB of FLOAT32. */
  private static final long ELEMENTS = 1 << 20;

  private static final long ALIGNMENT = 64;

  private final DType dtype;
  private final Placement placement;
  private final Size2d kernel;
  private final Size2d stride;
  private final Size2d dilation;
  private final long height;
  private final long width;
  private final long groups;
  private final long images;
  private final long chunk;

  private Patches(
      DType dtype,
      Placement placement,
      Size2d kernel,
      Size2d stride,
      Size2d dilation,
      Shape positions,
      int groups) {
    this.dtype = dtype;
    this.placement = placement;
    this.kernel = kernel;
    this.stride = stride;
    this.dilation = dilation;
    this.height = positions.dim(2);
    this.width = positions.dim(3);
    this.groups = groups;
    this.images = positions.dim(0);
    this.chunk = Math.max(1, Math.min(images, ELEMENTS / Math.max(1, allRows() * positions())));
  }

  /**
   * What a convolution reads of its images.
   *
   * @param dtype the element type
   * @param geometry how the filter moves
   * @param x the images, [N, C, H, W]
   * @param w the filters, [O, C/groups, kH, kW]
   * @param y the results, [N, O, oH, oW]
   */
  static Patches ofImages(DType dtype, ConvolutionGeometry geometry, Shape x, Shape w, Shape y) {
    Size2d stride = geometry.stride();
    Size2d dilation = geometry.dilation();
    Placement.Axis rows =
        new Placement.Axis(
            geometry.padding().top(),
            1,
            (y.dim(2) - 1L) * stride.height() + (w.dim(2) - 1L) * dilation.height() + 1);
    Placement.Axis columns =
        new Placement.Axis(
            geometry.padding().left(),
            1,
            (y.dim(3) - 1L) * stride.width() + (w.dim(3) - 1L) * dilation.width() + 1);
    return new Patches(
        dtype,
        new Placement(x.dim(1), x.dim(2), x.dim(3), rows, columns),
        new Size2d(w.dim(2), w.dim(3)),
        stride,
        dilation,
        y,
        geometry.groups());
  }

  /**
   * What the gradient with respect to the images reads of dy: with zeros between its pixels where
   * the stride is above 1, it is a convolution with the filters turned around.
   *
   * @param dtype the element type
   * @param geometry how the filter moved
   * @param dy [N, O, oH, oW]
   * @param w the filters, [O, C/groups, kH, kW]
   * @param dx [N, C, H, W]
   */
  static Patches ofGradients(
      DType dtype, ConvolutionGeometry geometry, Shape dy, Shape w, Shape dx) {
    Size2d dilation = geometry.dilation();
    long reachDown = (w.dim(2) - 1L) * dilation.height();
    long reachAcross = (w.dim(3) - 1L) * dilation.width();
    Placement.Axis rows =
        new Placement.Axis(
            reachDown - geometry.padding().top(),
            geometry.stride().height(),
            dx.dim(2) + reachDown);
    Placement.Axis columns =
        new Placement.Axis(
            reachAcross - geometry.padding().left(),
            geometry.stride().width(),
            dx.dim(3) + reachAcross);
    return new Patches(
        dtype,
        new Placement(dy.dim(1), dy.dim(2), dy.dim(3), rows, columns),
        new Size2d(w.dim(2), w.dim(3)),
        Size2d.ONE,
        dilation,
        dx,
        geometry.groups());
  }

  /** The images, of which {@link #chunk} at most are gathered at once. */
  long images() {
    return images;
  }

  /** How many images are gathered at once. */
  long chunk() {
    return chunk;
  }

  /** The number of positions of the filter on one image. */
  long positions() {
    return height * width;
  }

  /** The number of groups. */
  long groups() {
    return groups;
  }

  /** The rows of one group's matrix. */
  long rows() {
    return allRows() / groups;
  }

  private long allRows() {
    return placement.planes() * kernel.height() * kernel.width();
  }

  /** The bytes of working memory for the padded images and the matrices. */
  long scratchBytes() {
    return paddedBytes() + aligned(chunk * allRows() * positions() * dtype.bytes());
  }

  private long paddedBytes() {
    return placement.isNeedless() ? 0 : aligned(chunk * placement.size() * dtype.bytes());
  }

  /** Rounds up to where the next part of working memory may begin. */
  static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Fills the padding with zeros, once per run. */
  void begin(Nd4jBuffer scratch) {
    if (!placement.isNeedless()) {
      INDArray padded = scratch.scratch(dtype, 0, chunk * placement.size());
      Arithmetic.set(padded, 0);
    }
  }

  /**
   * Gathers {@code count} images, beginning with image {@code n}.
   *
   * @return the matrix [rows, count positions], or one per group
   */
  INDArray gather(Nd4jBuffer x, long n, long count, Nd4jBuffer scratch) {
    boolean direct = placement.isNeedless();
    if (!direct) {
      placement.place(x, n, count, scratch, dtype);
    }
    long wide = direct ? placement.width() : placement.columns().size();
    long plane = wide * (direct ? placement.height() : placement.rows().size());
    long[] shape = {placement.planes(), kernel.height(), kernel.width(), height, width};
    long[] from = {
      plane, wide * dilation.height(), dilation.width(), wide * stride.height(), stride.width()
    };
    long line = count * positions();
    long taps = (long) kernel.height() * kernel.width();
    long[] to = {taps * line, kernel.width() * line, line, width, 1};
    long matrices = paddedBytes() / dtype.bytes();
    for (long i = 0; i < count; i++) {
      long first = (direct ? n + i : i) * placement.planes() * plane;
      Arithmetic.assign(
          direct ? x.view(first, shape, from) : scratch.scratch(dtype, first, shape, from),
          scratch.scratch(dtype, matrices + i * positions(), shape, to));
    }
    long[] all = perGroup(rows(), line);
    return scratch.scratch(dtype, matrices, all, Nd4jTypes.rowMajor(all));
  }

  /** The shape of a matrix, or of one per group. */
  long[] perGroup(long rows, long columns) {
    return groups == 1 ? new long[] {rows, columns} : new long[] {groups, rows, columns};
  }
}
