package dev.cambium.gpu;

/**
 * Which taps of a filter a pixel of the result reads along one axis: tap t lies at position
 *
 * <pre>(u stride + offset + t dilation) / divisor</pre>
 *
 * of the source if that divides evenly; u is the pixel's position. A convolution has divisor 1. In
 * its gradient by x the divisor is the stride, and taps count from the filter's end, so that
 * positions ascend with t in both. {@code wide_taps.cl} counts only taps that divide.
 *
 * @param size the filter's taps
 * @param stride positions of the source from pixel to pixel
 * @param offset where tap 0 of pixel 0 lies
 * @param dilation from tap to tap
 * @param divisor 1, or the stride of the convolution whose gradient this is
 */
record WideTaps(int size, int stride, int offset, int dilation, int divisor) {
  /** The taps of a convolution. */
  static WideTaps forward(int size, int stride, int padding, int dilation) {
    return new WideTaps(size, stride, -padding, dilation, 1);
  }

  /** The taps of a convolution's gradient by x. */
  static WideTaps backward(int size, int stride, int padding, int dilation) {
    return new WideTaps(size, 1, padding - (size - 1) * dilation, dilation, stride);
  }

  /** From a tap that divides to the next. */
  int tapStep() {
    return divisor / common();
  }

  /** Positions of the source from a tap that divides to the next. */
  int sourceStep() {
    return dilation / common();
  }

  private int common() {
    int a = divisor;
    int b = dilation;
    while (b != 0) {
      int rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }
}
