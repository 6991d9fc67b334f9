package dev.cambium.gpu;

import java.util.List;

/**
 * A divisor as the multiplication and the shift of {@code fast_divide.cl}: n / divisor = high word
 * of (2 n multiplier), shifted, for 0 &lt;= n &lt; 2^31 (T. Granlund, P. Montgomery: "Division by
 * Invariant Integers using Multiplication", 1994).
 *
 * @param divisor at least 1
 */
record FastDivisor(int divisor) {
  /** The smallest such that 2^shift is at least the divisor. */
  int shift() {
    return Integer.SIZE - Integer.numberOfLeadingZeros(divisor - 1);
  }

  /** 2^(31 + shift) / divisor, rounded up: an unsigned 32-bit number. */
  int multiplier() {
    long power = 1L << (Integer.SIZE - 1 + shift());
    return (int) Grid.groups(power, divisor);
  }

  /** Both, in the order in which kernels take them. */
  List<Argument> arguments() {
    return List.of(Argument.of(multiplier()), Argument.of(shift()));
  }
}
