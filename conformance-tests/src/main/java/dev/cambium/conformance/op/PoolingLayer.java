package dev.cambium.conformance.op;

import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.Shape;

/**
 * A pooling of given shapes.
 *
 * @param x [N, C, H, W]
 * @param window kernel, stride, padding
 */
record PoolingLayer(Shape x, Window2d window) {
  /** Without padding and with the kernel as stride. */
  static PoolingLayer of(Shape x, int kernelHeight, int kernelWidth) {
    Size2d kernel = new Size2d(kernelHeight, kernelWidth);
    return new PoolingLayer(x, new Window2d(kernel, kernel, Padding2d.NONE));
  }

  PoolingLayer stride(int down, int across) {
    return new PoolingLayer(
        x, new Window2d(window.kernel(), new Size2d(down, across), window.padding()));
  }

  PoolingLayer padding(int top, int bottom, int left, int right) {
    return new PoolingLayer(
        x, new Window2d(window.kernel(), window.stride(), new Padding2d(top, bottom, left, right)));
  }

  /** [N, C, oH, oW]. */
  Shape y() {
    return window.output(x);
  }

  Size2d image() {
    return new Size2d(x.dim(2), x.dim(3));
  }

  boolean isPadded() {
    return !window.padding().equals(Padding2d.NONE);
  }

  /** kH kW. */
  int pixels() {
    return window.kernel().height() * window.kernel().width();
  }

  /** The most windows that cover a pixel. */
  double windows() {
    return Math.ceil((double) window.kernel().height() / window.stride().height())
        * Math.ceil((double) window.kernel().width() / window.stride().width());
  }

  /** Whether most pixels are in no window, or chosen by none: overlapping windows agree. */
  boolean isSparse(boolean oneOfWindow) {
    long reached = y().size(2, 4) * (oneOfWindow ? 1 : pixels());
    return x.dim(0) == 0 || 4 * reached < x.size(2, 4) || oneOfWindow && windows() > 1;
  }

  /** Shapes and whatever is not plain, for an id. */
  String what() {
    String what = "x" + x + " window " + window.kernel();
    if (!window.stride().equals(window.kernel())) {
      what += " stride " + window.stride();
    }
    return isPadded() ? what + " padding " + ConvolutionLayer.word(window.padding()) : what;
  }
}
