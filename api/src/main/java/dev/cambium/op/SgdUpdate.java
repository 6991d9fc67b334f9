package dev.cambium.op;

import java.util.List;
import java.util.Optional;

/**
 * Stochastic gradient descent, with momentum where it is above 0, as PyTorch's {@code SGD} without
 * dampening. With g' of {@link UpdateOptions} and rate = lr * learningRateFactor:
 *
 * <pre>
 * v = momentum * v + g'
 * p = p - rate * (nesterov ? g' + momentum * v : v)      without momentum: p - rate * g'
 * </pre>
 *
 * <p>Inputs: lr [], gradientScale [], p1..pn, g1..gn, and with momentum v1..vn. Outputs: p1..pn,
 * and with momentum v1..vn. Types, shapes and shared memory: {@link ParameterUpdate}.
 *
 * @param momentum how much of the velocity stays, of [0, 1)
 * @param nesterov whether the step looks ahead along the velocity (Y. Nesterov, 1983); needs a
 *     momentum above 0
 * @param options one per parameter
 */
public record SgdUpdate(double momentum, boolean nesterov, List<UpdateOptions> options)
    implements ParameterUpdate {
  /** Checks the numbers and copies the list. */
  public SgdUpdate {
    UpdateSettings.fraction("momentum of SgdUpdate", momentum);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException(
          "momentum of SgdUpdate must be above 0 with nesterov, got " + momentum);
    }
    options = UpdateSettings.options("SgdUpdate", options);
  }

  @Override
  public List<String> scalars() {
    return List.of("lr", "gradientScale");
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of("v") : List.of();
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostUpdate(this, this::direction));
  }

  private double direction(double g, double[] slots, double[] scalars) {
    if (momentum == 0) {
      return g;
    }
    slots[0] = momentum * slots[0] + g;
    return nesterov ? g + momentum * slots[0] : slots[0];
  }
}
