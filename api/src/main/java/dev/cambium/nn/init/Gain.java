package dev.cambium.nn.init;

import dev.cambium.op.Activation;

/**
 * The factor by which the standard deviation of weights grows to make up for what the non-linearity
 * after them takes away: {@code Xavier.normal(Gain.tanh())}.
 *
 * <p>The values are those of PyTorch's {@code torch.nn.init.calculate_gain}. Only the ones of the
 * rectifiers follow from a formula (K. He et al., "Delving Deep into Rectifiers", 2015, equations
 * 10 and 15): for inputs that are symmetric about 0, the mean square after the rectifier is (1 +
 * slope^2) / 2 of the one before. The 5/3 of tanh and the 1 of the sigmoid are custom, found to
 * work, not derived.
 */
public final class Gain {
  private Gain() {}

  /** 1: nothing is lost. */
  public static double linear() {
    return 1;
  }

  /**
   * 1, by custom: it does not keep the size of the signal, as no factor does for a function whose
   * mean is not 0.
   */
  public static double sigmoid() {
    return 1;
  }

  /** 5/3, by custom: the variance after wide layers of tanh then settles at 0.42. */
  public static double tanh() {
    return 5.0 / 3;
  }

  /** sqrt(2): half of the mean square is lost. */
  public static double relu() {
    return Math.sqrt(2);
  }

  /**
   * sqrt(2 / (1 + slope^2)).
   *
   * @param slope the derivative below 0; finite
   */
  public static double leakyRelu(double slope) {
    if (!Double.isFinite(slope)) {
      throw new IllegalArgumentException("slope of Gain must be finite, got " + slope);
    }
    return Math.sqrt(2 / (1 + slope * slope));
  }

  /** The gain for weights before {@code activation}. */
  public static double of(Activation activation) {
    if (activation instanceof Activation.Relu) {
      return relu();
    } else if (activation instanceof Activation.LeakyRelu leaky) {
      return leakyRelu(leaky.slope());
    } else if (activation instanceof Activation.Tanh) {
      return tanh();
    } else if (activation instanceof Activation.Sigmoid) {
      return sigmoid();
    } else if (activation instanceof Activation.Identity) {
      return linear();
    }
    throw new IllegalArgumentException(
        "there is no gain for the activation " + activation + "; give the number itself");
  }
}
