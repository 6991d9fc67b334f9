package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.HostArray;

/** How far a kernel's output may be from the same output on the second backend. */
@FunctionalInterface
public interface ShadowTolerance {
  /**
   * The largest difference that an element may have.
   *
   * @param op the operation
   * @param output which of its outputs
   * @param expected what the second backend computed
   */
  double bound(Op op, int output, HostArray expected);

  /**
   * {@code factor} times the largest finite magnitude in the output; 0 for integers, which must be
   * equal.
   */
  static ShadowTolerance relative(double factor) {
    if (!(factor >= 0)) {
      throw new IllegalArgumentException("factor must be at least 0, got " + factor);
    }
    return (op, output, expected) -> {
      if (!expected.dtype().isFloating()) {
        return 0;
      }
      return factor * largest(expected);
    };
  }

  /** The largest finite magnitude among the elements; 0 when there is none. */
  static double largest(HostArray array) {
    double largest = 0;
    for (int i = 0; i < array.shape().intSize(); i++) {
      double magnitude = Math.abs(array.get(i));
      if (magnitude > largest && magnitude < Double.POSITIVE_INFINITY) {
        largest = magnitude;
      }
    }
    return largest;
  }
}
