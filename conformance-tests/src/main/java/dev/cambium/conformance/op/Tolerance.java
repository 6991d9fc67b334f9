package dev.cambium.conformance.op;

import dev.cambium.op.Op;
import dev.cambium.tensor.DoubleArray;
import java.util.ArrayList;
import java.util.List;

/**
 * How far each element of an operation's outputs may be from the exact value. A bound is derived
 * from the values at hand, whatever the order of summation and with or without fused multiply-add;
 * there is no flat tolerance.
 */
@FunctionalInterface
interface Tolerance {
  /** Nothing is rounded: counts, moved elements, and sums of integers below 2^24. */
  Tolerance EXACT = evaluated -> fill(evaluated, (output, i) -> 0);

  /** The largest |got - expected| of each element of each output. */
  List<double[]> bounds(Evaluated evaluated);

  /**
   * So many roundings of the size of the result: n 2 u |y| (a unit in the last place is at most 2 u
   * |y|).
   */
  static Tolerance ulps(double n) {
    return evaluated ->
        fill(
            evaluated,
            (output, i) ->
                n * 2 * evaluated.u() * Math.abs(evaluated.outputs().get(output).values()[i])
                    + evaluated.tiny());
  }

  /**
   * A sum of K products, |error| &lt;= gamma_(K + 2) sum |a_i b_i|, gamma_n = n u / (1 - n u) (N.
   * Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.1): holds in any
   * order. The sum of absolute values is what {@code op} makes of the absolute values of its
   * inputs.
   *
   * @param op linear in each input and without activation; else its form without one
   * @param terms K, a bias included
   */
  static Tolerance products(Op op, double terms) {
    return evaluated -> {
      List<DoubleArray> sums = evaluated.evaluateAbsolute(op);
      double n = (terms + 2) * evaluated.u();
      return fill(
          evaluated,
          (output, i) ->
              n / (1 - n) * sums.get(output).values()[i] + (terms + 2) * evaluated.tiny());
    };
  }

  /** The sum of two bounds, of an operation that is two in one. */
  default Tolerance plus(Tolerance other) {
    return evaluated -> {
      List<double[]> sum = new ArrayList<>();
      List<double[]> mine = bounds(evaluated);
      List<double[]> others = other.bounds(evaluated);
      for (int output = 0; output < mine.size(); output++) {
        double[] both = mine.get(output).clone();
        for (int i = 0; i < both.length; i++) {
          both[i] += others.get(output)[i];
        }
        sum.add(both);
      }
      return sum;
    };
  }

  /** The bound of one element. */
  @FunctionalInterface
  interface Bound {
    /** The bound of element {@code i} of output {@code output}. */
    double of(int output, int i);
  }

  /** A bound for each element of each output. */
  static List<double[]> fill(Evaluated evaluated, Bound bound) {
    List<double[]> bounds = new ArrayList<>();
    for (int output = 0; output < evaluated.outputs().size(); output++) {
      double[] of = new double[evaluated.outputs().get(output).values().length];
      for (int i = 0; i < of.length; i++) {
        of[i] = bound.of(output, i);
      }
      bounds.add(of);
    }
    return bounds;
  }
}
