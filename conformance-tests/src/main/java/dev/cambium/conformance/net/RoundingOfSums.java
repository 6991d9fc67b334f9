package dev.cambium.conformance.net;

import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.tensor.DoubleArray;
import java.util.ArrayList;
import java.util.List;

/**
 * The rounding error of a sum of K products t_1 + ... + t_K = y in FLOAT32, in an unknown order.
 *
 * <p>Each addition gives a partial sum s_k with a relative error of at most u = 2^-24, each product
 * t_k too. So the error is, to first order, sum of delta_k s_k + sum of epsilon_k t_k (N. Higham,
 * "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 4.2). Taken as independent and
 * of mean 0, as N. Higham and T. Mary do in "A New Approach to Probabilistic Rounding Error
 * Analysis" (2019), its variance is at most u^2 (sum of s_k^2 + sum of t_k^2). Kernels differ in
 * the order of the terms; over all orders the expected square of the sum of k out of K terms is
 *
 * <pre>
 * E s_k^2 = k (K - k) / (K - 1) (Q / K - y^2 / K^2) + (k / K)^2 y^2,   Q = sum of t_k^2
 * </pre>
 *
 * whose sum over k is exactly (K + 1) / 6 (Q + 2 y^2). Hence the variance u^2 ((K + 1) / 6 (Q + 2
 * y^2) + Q). Kernels that keep several partial sums, or use fused multiply-add, do better. Q is
 * found by running the operation on the squares of its inputs.
 */
final class RoundingOfSums {
  /** Half the distance from 1 to the next FLOAT32: the relative error of one rounding at most. */
  static final double U = 0x1p-24;

  private RoundingOfSums() {}

  /**
   * The variance of the error of a sum of products, in units of u^2.
   *
   * @param terms K
   * @param squares Q, the sum of the squares of the products
   * @param sum y
   */
  static double variance(double terms, double squares, double sum) {
    return (terms + 1) / 6 * (squares + 2 * sum * sum) + squares;
  }

  static double square(double x) {
    return x * x;
  }

  /** Two independent errors together. */
  static double length(double a, double b) {
    return Math.sqrt(a * a + b * b);
  }

  /** The deviations of an operation all of whose outputs are sums of products of its inputs. */
  static List<double[]> products(
      Op op, double terms, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    List<DoubleArray> squares = inputs.stream().map(RoundingOfSums::squared).toList();
    return deviations(terms, evaluate(op.host().orElseThrow(), squares, outputs), outputs);
  }

  /**
   * The deviations of an operation whose outputs are sums of its input's elements, some of them
   * with weights below 1: Q is at most the square of the sum of absolute values.
   */
  static List<double[]> weighted(
      HostFunction function, double terms, DoubleArray input, List<DoubleArray> outputs) {
    DoubleArray absolute = map(input, Math::abs);
    List<DoubleArray> sums = evaluate(function, List.of(absolute), outputs);
    return deviations(terms, sums.stream().map(RoundingOfSums::squared).toList(), outputs);
  }

  static List<double[]> deviations(
      double terms, List<DoubleArray> squares, List<DoubleArray> outputs) {
    List<double[]> deviations = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      double[] y = outputs.get(i).values();
      double[] q = squares.get(i).values();
      double[] deviation = new double[y.length];
      for (int j = 0; j < y.length; j++) {
        deviation[j] = U * Math.sqrt(variance(terms, q[j], y[j]));
      }
      deviations.add(deviation);
    }
    return deviations;
  }

  /** What {@code function} gives, in new arrays shaped as {@code like}. */
  static List<DoubleArray> evaluate(
      HostFunction function, List<DoubleArray> inputs, List<DoubleArray> like) {
    List<DoubleArray> outputs =
        like.stream().map(array -> DoubleArray.zeros(array.shape())).toList();
    function.apply(inputs, outputs);
    return outputs;
  }

  private static DoubleArray squared(DoubleArray array) {
    return map(array, x -> x * x);
  }

  private static DoubleArray map(
      DoubleArray array, java.util.function.DoubleUnaryOperator function) {
    DoubleArray mapped = DoubleArray.zeros(array.shape());
    for (int i = 0; i < mapped.values().length; i++) {
      mapped.values()[i] = function.applyAsDouble(array.values()[i]);
    }
    return mapped;
  }
}
