package dev.cambium.op;

import java.util.stream.Stream;

/** Shapes of a convolution that bring out one trait of its geometry each. */
record ConvolutionCase(String trait, int[] x, int[] w, ConvolutionGeometry geometry) {
  static Stream<ConvolutionCase> all() {
    return Stream.of(
        new ConvolutionCase("1x1 filters", d(2, 3, 4, 5), d(4, 3, 1, 1), ConvolutionGeometry.PLAIN),
        new ConvolutionCase(
            "same padding", d(2, 3, 5, 4), d(2, 3, 3, 3), geometry(1, 1, Padding2d.same(1), 1, 1)),
        new ConvolutionCase(
            "stride with rows left over",
            d(2, 2, 6, 5),
            d(3, 2, 3, 2),
            geometry(2, 2, Padding2d.NONE, 1, 1)),
        new ConvolutionCase(
            "stride larger than the filter",
            d(1, 2, 8, 7),
            d(3, 2, 2, 1),
            geometry(3, 2, Padding2d.NONE, 1, 1)),
        new ConvolutionCase(
            "asymmetric padding",
            d(2, 2, 4, 5),
            d(3, 2, 3, 2),
            geometry(1, 1, new Padding2d(0, 2, 1, 0), 1, 1)),
        new ConvolutionCase(
            "more positions than the host function takes at a time",
            d(1, 1, 18, 17),
            d(2, 1, 2, 2),
            ConvolutionGeometry.PLAIN),
        new ConvolutionCase(
            "dilation", d(2, 2, 7, 6), d(2, 2, 3, 2), geometry(1, 1, Padding2d.NONE, 3, 2)),
        new ConvolutionCase(
            "asymmetric everything",
            d(2, 4, 9, 8),
            d(6, 2, 3, 2),
            new ConvolutionGeometry(
                new Size2d(2, 3), new Padding2d(2, 1, 0, 3), new Size2d(2, 3), 2)),
        new ConvolutionCase(
            "groups = channels, two filters each",
            d(2, 3, 4, 5),
            d(6, 1, 3, 3),
            new ConvolutionGeometry(Size2d.ONE, Padding2d.same(1), Size2d.ONE, 3)),
        new ConvolutionCase(
            "kernel as large as the padded image",
            d(2, 2, 3, 2),
            d(3, 2, 5, 4),
            geometry(1, 1, Padding2d.same(1), 1, 1)),
        new ConvolutionCase(
            "outputs that see padding only",
            d(1, 2, 2, 3),
            d(2, 2, 2, 1),
            geometry(1, 1, Padding2d.same(3), 1, 1)),
        new ConvolutionCase(
            "one of everything", d(1, 1, 1, 1), d(1, 1, 1, 1), ConvolutionGeometry.PLAIN));
  }

  private static int[] d(int... dimensions) {
    return dimensions;
  }

  private static ConvolutionGeometry geometry(
      int strideHeight, int strideWidth, Padding2d padding, int dilationHeight, int dilationWidth) {
    return new ConvolutionGeometry(
        new Size2d(strideHeight, strideWidth),
        padding,
        new Size2d(dilationHeight, dilationWidth),
        1);
  }

  Size2d image() {
    return new Size2d(x[2], x[3]);
  }

  Size2d kernel() {
    return new Size2d(w[2], w[3]);
  }

  @Override
  public String toString() {
    return trait;
  }
}
