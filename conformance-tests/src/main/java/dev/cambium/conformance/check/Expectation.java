package dev.cambium.conformance.check;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a value should be, and how far each of its elements may be from it.
 *
 * @param name the value's name
 * @param expected computed in double
 * @param bound the largest allowed |got - expected| of each element; 0 where it must be exact
 */
public record Expectation(String name, DoubleArray expected, double[] bound) {
  /** Checks that no element is without a bound. */
  public Expectation {
    if (bound.length != expected.values().length) {
      throw new IllegalArgumentException(
          "bound of "
              + name
              + " must have "
              + expected.values().length
              + " elements, got "
              + bound.length);
    }
  }

  /**
   * Compares a backend's value.
   *
   * @param where the case, with which the message begins
   * @throws AssertionError when an element is further away than its bound, or no number; the
   *     message names the element that exceeds its bound most
   */
  public void check(String where, HostArray got) {
    if (!got.shape().equals(expected.shape())) {
      throw new AssertionError(
          where + ": " + name + " must have shape " + expected.shape() + ", got " + got.shape());
    }
    int worst = -1;
    double excess = 1;
    for (int i = 0; i < bound.length; i++) {
      double ratio = ratio(i, got);
      if (!(ratio <= excess)) {
        worst = i;
        excess = Double.isNaN(ratio) ? Double.POSITIVE_INFINITY : ratio;
      }
    }
    if (worst >= 0) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "%s: %s%s expected %.9g, got %.9g, bound %.3g",
              where,
              name,
              Arrays.toString(index(worst, expected.shape())),
              expected.values()[worst],
              got.get(worst),
              bound[worst]));
    }
  }

  /** The largest |got - expected| / bound. */
  public double worstRatio(HostArray got) {
    double worst = 0;
    for (int i = 0; i < bound.length; i++) {
      worst = Math.max(worst, ratio(i, got));
    }
    return worst;
  }

  /** NaN must be NaN, and what is infinite or beyond its type the infinity of the same sign. */
  private double ratio(int i, HostArray values) {
    double want = expected.values()[i];
    double got = values.get(i);
    if (Double.isNaN(want)) {
      return Double.isNaN(got) ? 0 : Double.POSITIVE_INFINITY;
    }
    double error = Math.abs(got - want);
    boolean overflown =
        values.dtype() == DType.FLOAT32 && Double.isInfinite(got) && got == (float) want;
    return error == 0 || got == want || overflown ? 0 : error / bound[i];
  }

  /** The bound as a share of the value: the ratio of their root mean squares. */
  public double relativeBound() {
    return rootMeanSquare(bound) / rootMeanSquare(expected.values());
  }

  /**
   * Compares bits: another sign of 0 or another NaN is a difference.
   *
   * @param where the case, with which the message begins
   * @throws AssertionError when an element of {@code got} has other bits than that of {@code want}
   */
  public static void requireSameBits(String where, String name, HostArray want, HostArray got) {
    if (want.bytes().equals(got.bytes())) {
      return;
    }
    new Expectation(
            name,
            new DoubleArray(want.shape(), want.toDoubles()),
            new double[want.shape().intSize()])
        .check(where, got);
    throw new AssertionError(
        where + ": " + name + " expected the same bits, got another sign of 0 or another NaN");
  }

  /** The square root of the mean of the squares. */
  public static double rootMeanSquare(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(x -> x * x).average().orElse(0));
  }

  private static int[] index(int flat, Shape shape) {
    int[] index = new int[shape.rank()];
    int rest = flat;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      index[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return index;
  }
}
