package dev.cambium.optim;

import dev.cambium.op.RmsPropUpdate;
import java.util.List;

/**
 * RMSProp: s = alpha s + (1 - alpha) g^2; p = p - rate g / (sqrt(s) + epsilon), with momentum p = p
 * - rate b, b = momentum b + g / (sqrt(s) + epsilon); g + weightDecay p for g. As PyTorch's, not
 * centred.
 *
 * <p>States: {@code square_average}, and {@code momentum} if there is one.
 *
 * <p>Source: T. Tieleman, G. Hinton, "Lecture 6.5 - rmsprop", COURSERA, 2012.
 *
 * @param alpha the decay of the mean of squares, of [0, 1); 0.99 by default
 * @param epsilon keeps the division finite, at least 0; 1e-8 by default
 * @param momentum of [0, 1)
 * @param weightDecay at least 0
 */
public record RmsProp(double alpha, double epsilon, double momentum, double weightDecay)
    implements Optimizer {
  /** Checks the numbers. */
  public RmsProp {
    Settings.fraction("alpha of RmsProp", alpha);
    Settings.rate("epsilon of RmsProp", epsilon);
    Settings.fraction("momentum of RmsProp", momentum);
    Settings.rate("weightDecay of RmsProp", weightDecay);
  }

  /** With the defaults. */
  public static RmsProp of() {
    return new RmsProp(0.99, 1e-8, 0, 0);
  }

  /** This optimiser with another decay of the mean of squares. */
  public RmsProp alpha(double alpha) {
    return new RmsProp(alpha, epsilon, momentum, weightDecay);
  }

  /** This optimiser with another epsilon. */
  public RmsProp epsilon(double epsilon) {
    return new RmsProp(alpha, epsilon, momentum, weightDecay);
  }

  /** This optimiser with momentum. */
  public RmsProp momentum(double momentum) {
    return new RmsProp(alpha, epsilon, momentum, weightDecay);
  }

  /** This optimiser with another weight decay. */
  public RmsProp weightDecay(double weightDecay) {
    return new RmsProp(alpha, epsilon, momentum, weightDecay);
  }

  @Override
  public void describe(OptimizerContext context) {
    context.update(
        new RmsPropUpdate(alpha, epsilon, momentum, context.options(weightDecay, false)),
        List.of(),
        momentum > 0 ? List.of("square_average", "momentum") : List.of("square_average"));
  }
}
