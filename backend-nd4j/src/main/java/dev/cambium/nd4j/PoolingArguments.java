package dev.cambium.nd4j;

import dev.cambium.op.Window2d;

/** The integer arguments of ND4J's pooling operations. */
final class PoolingArguments {
  private PoolingArguments() {}

  /**
   * Kernel, stride, padding above and to the left (that on the other sides follows from the size of
   * the result), dilation, explicit padding, what the average divides by, NCHW.
   *
   * @param window how the window moves
   * @param divisor 0 for the pixels covered, 1 for the size of the kernel
   */
  static long[] of(Window2d window, int divisor) {
    return new long[] {
      window.kernel().height(),
      window.kernel().width(),
      window.stride().height(),
      window.stride().width(),
      window.padding().top(),
      window.padding().left(),
      1,
      1,
      0,
      divisor,
      0
    };
  }
}
