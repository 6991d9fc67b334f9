package dev.cambium.conformance;

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
record Expectation(String name, DoubleArray expected, double[] bound) {
  /**
   * Compares a backend's value.
   *
   * @param where the case, with which the message begins
   * @throws AssertionError when an element is further away than its bound, or no number; the
   *     message names the element that exceeds its bound most
   */
  void check(String where, HostArray got) {
    if (!got.shape().equals(expected.shape())) {
      throw new AssertionError(
          where + ": " + name + " must have shape " + expected.shape() + ", got " + got.shape());
    }
    int worst = -1;
    double excess = 1;
    for (int i = 0; i < bound.length; i++) {
      double ratio = ratio(i, got.get(i));
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
  double worstRatio(HostArray got) {
    double worst = 0;
    for (int i = 0; i < bound.length; i++) {
      worst = Math.max(worst, ratio(i, got.get(i)));
    }
    return worst;
  }

  private double ratio(int i, double got) {
    double error = Math.abs(got - expected.values()[i]);
    return error == 0 ? 0 : error / bound[i];
  }

  /** The bound as a share of the value: the ratio of their root mean squares. */
  double relativeBound() {
    return rootMeanSquare(bound) / rootMeanSquare(expected.values());
  }

  static double rootMeanSquare(double[] values) {
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
