package dev.cambium.op;

import dev.cambium.tensor.Shape;

/** The windows of a pooling, one after another: which pixels of x make which element of y. */
final class PoolingWindows {
  /** One window over one plane of x. */
  @FunctionalInterface
  interface Covered {
    /**
     * Element {@code y} is made of the pixels of rows {@code top} to {@code bottom} and columns
     * {@code left} to {@code right} (exclusive) of the plane of x that begins at index {@code x}.
     */
    void visit(int y, int x, int top, int bottom, int left, int right);
  }

  private PoolingWindows() {}

  /** Visits every window; x and y are the shapes of the pooling's input and output. */
  static void forEach(Window2d window, Shape x, Shape y, Covered covered) {
    int planes = x.dim(0) * x.dim(1);
    int at = 0;
    for (int plane = 0; plane < planes; plane++) {
      int xPlane = plane * x.dim(2) * x.dim(3);
      for (int i = 0; i < y.dim(2); i++) {
        int top = i * window.stride().height() - window.padding().top();
        int bottom = Math.min(x.dim(2), top + window.kernel().height());
        for (int j = 0; j < y.dim(3); j++) {
          int left = j * window.stride().width() - window.padding().left();
          int right = Math.min(x.dim(3), left + window.kernel().width());
          covered.visit(at++, xPlane, Math.max(0, top), bottom, Math.max(0, left), right);
        }
      }
    }
  }
}
