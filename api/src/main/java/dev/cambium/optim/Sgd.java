package dev.cambium.optim;

import dev.cambium.op.SgdUpdate;
import java.util.List;

/**
 * Stochastic gradient descent: v = momentum v + g; p = p - rate v, or with Nesterov's look ahead p
 * = p - rate (g + momentum v); without momentum p = p - rate g. As PyTorch's {@code SGD} without
 * dampening.
 *
 * <p>Weight decay is added to the gradient (g + weightDecay p) or, when decoupled, taken off the
 * parameter first (p (1 - rate weightDecay)). State: {@code momentum}, if there is one.
 *
 * <p>Source: I. Sutskever et al., "On the importance of initialization and momentum in deep
 * learning", 2013.
 *
 * @param momentum of [0, 1)
 * @param nesterov whether to look ahead; needs a momentum
 * @param weightDecay at least 0
 * @param decoupled whether the decay stays out of the gradient
 */
public record Sgd(double momentum, boolean nesterov, double weightDecay, boolean decoupled)
    implements Optimizer {
  /** Checks the numbers. */
  public Sgd {
    Settings.fraction("momentum of Sgd", momentum);
    Settings.rate("weightDecay of Sgd", weightDecay);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("momentum of Sgd must be above 0 with nesterov, got 0.0");
    }
  }

  /** Plain gradient descent. */
  public static Sgd of() {
    return new Sgd(0, false, 0, false);
  }

  /** This optimiser with momentum. */
  public Sgd momentum(double momentum) {
    return new Sgd(momentum, nesterov, weightDecay, decoupled);
  }

  /** This optimiser with or without Nesterov's look ahead. */
  public Sgd nesterov(boolean nesterov) {
    return new Sgd(momentum, nesterov, weightDecay, decoupled);
  }

  /** This optimiser with another weight decay. */
  public Sgd weightDecay(double weightDecay) {
    return new Sgd(momentum, nesterov, weightDecay, decoupled);
  }

  /** This optimiser with its weight decay decoupled from the gradient, or not. */
  public Sgd decoupled(boolean decoupled) {
    return new Sgd(momentum, nesterov, weightDecay, decoupled);
  }

  @Override
  public void describe(OptimizerContext context) {
    context.update(
        new SgdUpdate(momentum, nesterov, context.options(weightDecay, decoupled)),
        List.of(),
        momentum > 0 ? List.of("momentum") : List.of());
  }
}
