package dev.cambium.optim;

/**
 * {@link Adam} with decoupled weight decay: first p = p (1 - rate weightDecay), then Adam's update
 * with the plain gradient.
 *
 * <p>States: {@code mean}, {@code square_average}.
 *
 * <p>Source: I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", 2019.
 *
 * @param beta1 the decay of the mean of gradients, of [0, 1); 0.9 by default
 * @param beta2 the decay of the mean of squares, of [0, 1); 0.999 by default
 * @param epsilon keeps the division finite, at least 0; 1e-8 by default
 * @param weightDecay at least 0; 0.01 by default
 */
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
    implements Optimizer {
  /** Checks the numbers. */
  public AdamW {
    Settings.fraction("beta1 of AdamW", beta1);
    Settings.fraction("beta2 of AdamW", beta2);
    Settings.rate("epsilon of AdamW", epsilon);
    Settings.rate("weightDecay of AdamW", weightDecay);
  }

  /** With the defaults. */
  public static AdamW of() {
    return new AdamW(0.9, 0.999, 1e-8, 0.01);
  }

  /** This optimiser with other decays of its means. */
  public AdamW betas(double beta1, double beta2) {
    return new AdamW(beta1, beta2, epsilon, weightDecay);
  }

  /** This optimiser with another epsilon. */
  public AdamW epsilon(double epsilon) {
    return new AdamW(beta1, beta2, epsilon, weightDecay);
  }

  /** This optimiser with another weight decay. */
  public AdamW weightDecay(double weightDecay) {
    return new AdamW(beta1, beta2, epsilon, weightDecay);
  }

  @Override
  public void describe(OptimizerContext context) {
    new Adam(beta1, beta2, epsilon, weightDecay).describe(context, true);
  }
}
