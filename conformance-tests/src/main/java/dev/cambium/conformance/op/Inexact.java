package dev.cambium.conformance.op;

/**
 * A number with a bound of its error so far: a running error analysis (N. Higham, "Accuracy and
 * Stability of Numerical Algorithms", 2nd ed., section 3.3), in which each operation adds its own
 * rounding to what its operands bring along. The relative errors of products and quotients add up
 * whatever their order, so another order of the same factors is covered.
 *
 * @param value the exact one
 * @param error the largest |computed - value|
 * @param u the relative error of a rounding
 * @param tiny what underflows may be off by
 */
record Inexact(double value, double error, double u, double tiny) {
  /** An operand, which is exact. */
  static Inexact exact(double value, double u, double tiny) {
    return new Inexact(value, 0, u, tiny);
  }

  /** A setting, which is rounded to the element type. */
  Inexact setting(double setting) {
    return new Inexact(setting, u * Math.abs(setting), u, tiny);
  }

  Inexact plus(Inexact other) {
    return rounded(value + other.value, error + other.error, 1);
  }

  Inexact minus(Inexact other) {
    return rounded(value - other.value, error + other.error, 1);
  }

  Inexact times(Inexact other) {
    double carried =
        Math.abs(value) * other.error + Math.abs(other.value) * error + error * other.error;
    return rounded(value * other.value, carried, 1);
  }

  /** A quotient, of 2.5 ulp. */
  Inexact over(Inexact other) {
    double quotient = value / other.value;
    double carried =
        (error + Math.abs(quotient) * other.error) / (Math.abs(other.value) - other.error);
    return rounded(quotient, carried, 5);
  }

  /** A square root, of 3 ulp. */
  Inexact squareRoot() {
    double root = Math.sqrt(value);
    double carried = value == 0 ? Math.sqrt(error) : root - Math.sqrt(Math.max(0, value - error));
    return rounded(root, carried, 6);
  }

  private Inexact rounded(double result, double carried, int roundings) {
    return new Inexact(
        result, carried + roundings * u * (Math.abs(result) + carried) + tiny, u, tiny);
  }
}
