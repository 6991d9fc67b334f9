package dev.cambium.conformance.op;

import dev.cambium.op.Activation;
import dev.cambium.op.Op;
import dev.cambium.tensor.DoubleArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The bound of an operation that ends in an activation f. An error e before it becomes at most L e,
 * L being the largest slope of f; a function that is computed reads its argument z rounded once
 * more, for |z f'(z)| u; and its result has so many ulps, which is all at an infinite z:
 *
 * <ul>
 *   <li>none and ReLU: exact, L = 1;
 *   <li>leaky ReLU: the slope and the product are rounded, 1 ulp; L = max(1, slope);
 *   <li>tanh: 5 ulps, as the OpenCL specification asks ("Relative Error as ULPs"); L = 1;
 *   <li>sigmoid: exp has 3 ulps there, the division 2.5, the sum half a one: 6; L = 1/4.
 * </ul>
 */
final class FusedActivation {
  /** The activations that an operation can end in. */
  static final List<Activation> ALL =
      List.of(
          Activation.NONE,
          Activation.RELU,
          new Activation.LeakyRelu(0.25),
          new Activation.Tanh(),
          new Activation.Sigmoid());

  private FusedActivation() {}

  /** The activation as an id says it. */
  static String word(Activation activation) {
    if (activation instanceof Activation.LeakyRelu leaky) {
      return " leaky " + leaky.slope();
    }
    return activation.equals(Activation.NONE)
        ? ""
        : " " + activation.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** Whether integers with two zero bits to spare stay exact. */
  static boolean keepsIntegers(Activation activation) {
    return !(activation instanceof Activation.Tanh || activation instanceof Activation.Sigmoid);
  }

  /**
   * Rows of an operation with its activation: real numbers, and integers where they stay exact,
   * which in a leaky ReLU of slope 1/4 needs two bits more.
   *
   * @param plain the operation without its activation
   * @param activated the operation
   */
  static List<OpCase> rows(Contraction plain, Op activated, Activation activation) {
    String what = plain.what() + word(activation);
    List<OpCase> rows = new ArrayList<>();
    if (keepsIntegers(activation)) {
      Tolerance exact = Contraction.exact(plain.op());
      rows.add(
          plain.row(
              activated,
              what,
              "integers, wide " + plain.left().name(),
              exact,
              plain.wide(),
              plain.narrow()));
    }
    rows.add(
        plain.row(
            activated,
            what,
            "reals",
            bound(Tolerance.products(plain.op(), plain.terms()), plain.op(), activation),
            Draw.normal(),
            Draw.normal()));
    return rows;
  }

  /**
   * The bound after the activation.
   *
   * @param before the bound of {@code plain}
   * @param plain the operation without its activation
   */
  static Tolerance bound(Tolerance before, Op plain, Activation activation) {
    if (activation.equals(Activation.NONE)) {
      return before;
    }
    return evaluated -> {
      List<DoubleArray> z = evaluated.evaluate(plain, evaluated.inputs());
      Evaluated unactivated =
          new Evaluated(plain, evaluated.inputs(), z, evaluated.u(), evaluated.tiny());
      List<double[]> errors = before.bounds(unactivated);
      return Tolerance.fill(
          evaluated,
          (output, i) ->
              output > 0
                  ? errors.get(output)[i]
                  : of(activation, z.get(0).values()[i], errors.get(0)[i], evaluated));
    };
  }

  private static double of(Activation activation, double z, double error, Evaluated evaluated) {
    double y = activation.apply(z);
    if (activation.equals(Activation.RELU)) {
      return error;
    }
    boolean limit = Double.isInfinite(z) && !Double.isInfinite(y);
    double argument = Math.abs(z * activation.derivative(y)) * evaluated.u();
    return (limit ? 0 : slope(activation) * error + argument)
        + ulps(activation) * 2 * evaluated.u() * Math.abs(y)
        + evaluated.tiny();
  }

  private static double slope(Activation activation) {
    if (activation instanceof Activation.LeakyRelu leaky) {
      return Math.max(1, leaky.slope());
    }
    return activation instanceof Activation.Sigmoid ? 0.25 : 1;
  }

  private static double ulps(Activation activation) {
    if (activation instanceof Activation.Tanh) {
      return 5;
    }
    return activation instanceof Activation.Sigmoid ? 6 : 1;
  }
}
