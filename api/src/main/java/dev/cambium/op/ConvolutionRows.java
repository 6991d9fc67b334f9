package dev.cambium.op;

import dev.cambium.tensor.Shape;

/**
 * The products of a convolution, row by row: which element of w meets which elements of x for which
 * elements of y. Forward pass, data gradient and weight gradient are the same walk with another of
 * the three accumulated.
 */
final class ConvolutionRows {
  /** Part of a row of y, all of whose elements meet the same element of w inside of the image. */
  @FunctionalInterface
  interface Row {
    /**
     * Elements y + i meet element w and elements x + i * (stride's width), for i from 0 to count -
     * 1.
     */
    void visit(int w, int x, int y, int count);
  }

  private ConvolutionRows() {}

  /** Visits every product once; x, w and y are the shapes of {@link Convolution}. */
  static void forEach(ConvolutionGeometry geometry, Shape x, Shape w, Shape y, Row row) {
    int filters = w.dim(0);
    int filterChannels = w.dim(1);
    int filtersPerGroup = filters / geometry.groups();
    int imagePlane = x.dim(2) * x.dim(3);
    int taps = w.dim(2) * w.dim(3);
    for (int n = 0; n < x.dim(0); n++) {
      for (int o = 0; o < filters; o++) {
        int yAt = (n * filters + o) * y.dim(2) * y.dim(3);
        for (int c = 0; c < filterChannels; c++) {
          int channel = o / filtersPerGroup * filterChannels + c;
          int xAt = (n * x.dim(1) + channel) * imagePlane;
          plane(geometry, x, w, y, (o * filterChannels + c) * taps, xAt, yAt, row);
        }
      }
    }
  }

  private static void plane(
      ConvolutionGeometry geometry, Shape x, Shape w, Shape y, int wAt, int xAt, int yAt, Row row) {
    int strideHeight = geometry.stride().height();
    int strideWidth = geometry.stride().width();
    int imageWidth = x.dim(3);
    for (int p = 0; p < w.dim(2); p++) {
      int down = p * geometry.dilation().height() - geometry.padding().top();
      int firstRow = first(down, strideHeight);
      int endRow = end(down, strideHeight, x.dim(2), y.dim(2));
      for (int q = 0; q < w.dim(3); q++) {
        int across = q * geometry.dilation().width() - geometry.padding().left();
        int from = first(across, strideWidth);
        int count = end(across, strideWidth, imageWidth, y.dim(3)) - from;
        int xColumn = xAt + from * strideWidth + across;
        for (int i = firstRow; count > 0 && i < endRow; i++) {
          row.visit(
              wAt + p * w.dim(3) + q,
              xColumn + (i * strideHeight + down) * imageWidth,
              yAt + i * y.dim(3) + from,
              count);
        }
      }
    }
  }

  /** The first position whose tap, {@code offset} away, is not before the image. */
  private static int first(int offset, int stride) {
    return Math.max(0, -Math.floorDiv(offset, stride));
  }

  /** The position after the last one whose tap, {@code offset} away, is not behind the image. */
  private static int end(int offset, int stride, int size, int positions) {
    return Math.min(positions, Math.floorDiv(size - 1 - offset, stride) + 1);
  }
}
