package dev.cambium.optim;

import dev.cambium.op.AdamUpdate;
import java.util.List;

/**
 * Adam: m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p = p - rate (m / (1 -
 * beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon) at update t = 1, 2, ..., with g + weightDecay p
 * for g. The corrections are computed on the host in double. {@link AdamW} decouples the decay.
 *
 * <p>States: {@code mean}, {@code square_average}.
 *
 * <p>Source: D. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", 2015.
 *
 * @param beta1 the decay of the mean of gradients, of [0, 1); 0.9 by default
 * @param beta2 the decay of the mean of squares, of [0, 1); 0.999 by default
 * @param epsilon keeps the division finite, at least 0; 1e-8 by default
 * @param weightDecay at least 0
 */
public record Adam(double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {
  /** Checks the numbers. */
  public Adam {
    Settings.fraction("beta1 of Adam", beta1);
    Settings.fraction("beta2 of Adam", beta2);
    Settings.rate("epsilon of Adam", epsilon);
    Settings.rate("weightDecay of Adam", weightDecay);
  }

  /** With the defaults. */
  public static Adam of() {
    return new Adam(0.9, 0.999, 1e-8, 0);
  }

  /** This optimiser with other decays of its means. */
  public Adam betas(double beta1, double beta2) {
    return new Adam(beta1, beta2, epsilon, weightDecay);
  }

  /** This optimiser with another epsilon. */
  public Adam epsilon(double epsilon) {
    return new Adam(beta1, beta2, epsilon, weightDecay);
  }

  /** This optimiser with another weight decay. */
  public Adam weightDecay(double weightDecay) {
    return new Adam(beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public void describe(OptimizerContext context) {
    describe(context, false);
  }

  void describe(OptimizerContext context, boolean decoupled) {
    context.update(
        new AdamUpdate(beta1, beta2, epsilon, context.options(weightDecay, decoupled)),
        List.of(
            context.stepInput("correction1", step -> correction(beta1, step)),
            context.stepInput("correction2", step -> correction(beta2, step))),
        List.of("mean", "square_average"));
  }

  private static double correction(double beta, long step) {
    return 1 - StrictMath.pow(beta, step + 1);
  }
}
