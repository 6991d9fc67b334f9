package dev.cambium.op;

/**
 * What an optimiser does differently for one of its parameters. With g the gradient times the
 * update's gradientScale, p the parameter, and rate = lr * learningRateFactor:
 *
 * <ul>
 *   <li>coupled weight decay (L2 in the loss): the update works with g' = g + weightDecay * p
 *   <li>decoupled weight decay (I. Loshchilov, F. Hutter: "Decoupled Weight Decay Regularization",
 *       2019): first p = p * (1 - rate * weightDecay), then the update with g' = g
 * </ul>
 *
 * @param learningRateFactor multiplies the learning rate of this parameter, at least 0
 * @param weightDecay the strength of the decay, at least 0
 * @param decoupled which of the two
 */
public record UpdateOptions(double learningRateFactor, double weightDecay, boolean decoupled) {
  /** The plain learning rate and no weight decay. */
  public static final UpdateOptions PLAIN = new UpdateOptions(1, 0, false);

  /** Checks that both numbers are finite and not negative. */
  public UpdateOptions {
    UpdateSettings.atLeastZero("learningRateFactor of UpdateOptions", learningRateFactor);
    UpdateSettings.atLeastZero("weightDecay of UpdateOptions", weightDecay);
  }
}
