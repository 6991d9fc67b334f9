package dev.cambium.gpu;

import dev.cambium.tensor.DType;

/**
 * What decides on the tiles of a product.
 *
 * @param dtype FLOAT32 or FLOAT64
 * @param rows of one result
 * @param columns of one result
 * @param terms of each sum
 * @param stretches how many equal stretches the terms consist of that no tile straddles
 * @param places how many such results: matrices, or groups of channels
 */
record ProductSize(DType dtype, long rows, long columns, long terms, long stretches, long places) {
  /** The product of matrices. */
  static ProductSize of(MatrixProduct p) {
    return new ProductSize(p.dtype(), p.m(), p.n(), p.k(), 1, p.batch());
  }

  /** Pixels of y by filters. */
  static ProductSize forward(ConvolutionProblem p) {
    long terms = (long) p.taps() * p.groupChannels();
    return new ProductSize(p.dtype(), p.outputPixels(), p.groupFilters(), terms, 1, p.groups());
  }

  /** Pixels of x, those of each phase of the strides by themselves, by channels. */
  static ProductSize backwardData(ConvolutionProblem p) {
    int down = p.strideHeight();
    int across = p.strideWidth();
    long pixels = p.batch() * Grid.groups(p.height(), down) * Grid.groups(p.width(), across);
    long taps =
        taps(p.kernelHeight(), down, p.dilationHeight())
            * taps(p.kernelWidth(), across, p.dilationWidth());
    long places = (long) down * across * p.groups();
    long terms = taps * p.groupFilters();
    return new ProductSize(p.dtype(), pixels, p.groupChannels(), terms, taps, places);
  }

  /** The most taps that meet a pixel along one axis. */
  private static long taps(int kernel, int stride, int dilation) {
    return Grid.groups(kernel, WideTaps.backward(kernel, stride, 0, dilation).tapStep());
  }

  /** Filters by taps with channels. */
  static ProductSize backwardWeights(ConvolutionProblem p) {
    long columns = (long) p.taps() * p.groupChannels();
    return new ProductSize(p.dtype(), p.groupFilters(), columns, p.outputPixels(), 1, p.groups());
  }

  /** Tiles of so many terms. */
  long tiles(int depth) {
    return stretches * Grid.groups(terms / stretches, depth);
  }

  /** The elements of all results. */
  long results() {
    return rows * columns * places;
  }

  /** Multiplications and additions. */
  double operations() {
    return 2.0 * results() * terms;
  }
}
