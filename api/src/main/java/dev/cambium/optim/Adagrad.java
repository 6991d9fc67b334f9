package dev.cambium.optim;

import dev.cambium.op.AdagradUpdate;
import java.util.List;

/**
 * Adagrad: s = s + g^2; p = p - rate g / (sqrt(s) + epsilon), with g + weightDecay p for g.
 *
 * <p>State: {@code sum}.
 *
 * <p>Source: J. Duchi, E. Hazan, Y. Singer, "Adaptive Subgradient Methods for Online Learning and
 * Stochastic Optimization", 2011.
 *
 * @param epsilon keeps the division finite, at least 0; 1e-10 by default
 * @param weightDecay at least 0
 */
public record Adagrad(double epsilon, double weightDecay) implements Optimizer {
  /** Checks the numbers. */
  public Adagrad {
    Settings.rate("epsilon of Adagrad", epsilon);
    Settings.rate("weightDecay of Adagrad", weightDecay);
  }

  /** With the defaults. */
  public static Adagrad of() {
    return new Adagrad(1e-10, 0);
  }

  /** This optimiser with another epsilon. */
  public Adagrad epsilon(double epsilon) {
    return new Adagrad(epsilon, weightDecay);
  }

  /** This optimiser with another weight decay. */
  public Adagrad weightDecay(double weightDecay) {
    return new Adagrad(epsilon, weightDecay);
  }

  @Override
  public void describe(OptimizerContext context) {
    context.update(
        new AdagradUpdate(epsilon, context.options(weightDecay, false)), List.of(), List.of("sum"));
  }
}
