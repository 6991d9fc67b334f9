package dev.cambium.conformance.op;

import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.tensor.Shape;

/**
 * A convolution of given shapes.
 *
 * @param x [N, C, H, W]
 * @param w [O, C/groups, kH, kW]
 * @param geometry stride, padding, dilation, groups
 */
record ConvolutionLayer(Shape x, Shape w, ConvolutionGeometry geometry) {
  /** Stride 1, no padding, no dilation, one group. */
  static ConvolutionLayer of(Shape x, int filters, int kernelHeight, int kernelWidth) {
    return new ConvolutionLayer(
        x, Shape.of(filters, x.dim(1), kernelHeight, kernelWidth), ConvolutionGeometry.PLAIN);
  }

  ConvolutionLayer stride(int down, int across) {
    return with(
        new ConvolutionGeometry(
            new Size2d(down, across), geometry.padding(), geometry.dilation(), geometry.groups()));
  }

  ConvolutionLayer padding(int top, int bottom, int left, int right) {
    return with(
        new ConvolutionGeometry(
            geometry.stride(),
            new Padding2d(top, bottom, left, right),
            geometry.dilation(),
            geometry.groups()));
  }

  ConvolutionLayer padding(int all) {
    return padding(all, all, all, all);
  }

  ConvolutionLayer dilation(int down, int across) {
    return with(
        new ConvolutionGeometry(
            geometry.stride(), geometry.padding(), new Size2d(down, across), geometry.groups()));
  }

  ConvolutionLayer groups(int groups) {
    return new ConvolutionLayer(
        x,
        Shape.of(w.dim(0), x.dim(1) / groups, w.dim(2), w.dim(3)),
        new ConvolutionGeometry(
            geometry.stride(), geometry.padding(), geometry.dilation(), groups));
  }

  private ConvolutionLayer with(ConvolutionGeometry other) {
    return new ConvolutionLayer(x, w, other);
  }

  /** [N, O, oH, oW]. */
  Shape y() {
    return Shape.of(
        x.dim(0),
        w.dim(0),
        geometry.outputHeight(x.dim(2), w.dim(2)),
        geometry.outputWidth(x.dim(3), w.dim(3)));
  }

  /** [O]. */
  Shape b() {
    return Shape.of(w.dim(0));
  }

  Size2d image() {
    return new Size2d(x.dim(2), x.dim(3));
  }

  Size2d kernel() {
    return new Size2d(w.dim(2), w.dim(3));
  }

  /** C/groups kH kW: the products in an element of y. */
  double forwardTerms() {
    return w.size(1, 4);
  }

  /** The most products in an element of dx. */
  double dataTerms() {
    double down = Math.ceil((double) w.dim(2) / geometry.stride().height());
    double across = Math.ceil((double) w.dim(3) / geometry.stride().width());
    boolean dilated = !geometry.dilation().equals(Size2d.ONE);
    double taps = dilated ? w.dim(2) * w.dim(3) : down * across;
    return w.dim(0) / geometry.groups() * taps;
  }

  /** N oH oW: the products in an element of dw. */
  double weightTerms() {
    return Math.max(1, y().dim(0) * y().size(2, 4));
  }

  /** Shapes and whatever is not plain, for an id. */
  String what() {
    StringBuilder what = new StringBuilder("x" + x + " w" + w);
    if (!geometry.stride().equals(Size2d.ONE)) {
      what.append(" stride ").append(geometry.stride());
    }
    Padding2d padding = geometry.padding();
    if (!padding.equals(Padding2d.NONE)) {
      what.append(" padding ").append(word(padding));
    }
    if (!geometry.dilation().equals(Size2d.ONE)) {
      what.append(" dilation ").append(geometry.dilation());
    }
    if (geometry.groups() > 1) {
      what.append(" groups ").append(geometry.groups());
    }
    return what.toString();
  }

  /** Top, bottom, left, right. */
  static String word(Padding2d padding) {
    return padding.top() + " " + padding.bottom() + " " + padding.left() + " " + padding.right();
  }
}
