package dev.cambium.op;

import java.util.List;
import java.util.Optional;

/**
 * RMSProp (T. Tieleman, G. Hinton, 2012), as PyTorch's, not centred. With g' of {@link
 * UpdateOptions} and rate = lr * learningRateFactor:
 *
 * <pre>
 * s = alpha * s + (1 - alpha) * g'^2
 * b = momentum * b + g' / (sqrt(s) + epsilon)
 * p = p - rate * b                  without momentum: p - rate * g' / (sqrt(s) + epsilon)
 * </pre>
 *
 * <p>Inputs: lr [], gradientScale [], p1..pn, g1..gn, s1..sn, and with momentum b1..bn. Outputs:
 * p1..pn, s1..sn, and with momentum b1..bn. Types, shapes and shared memory: {@link
 * ParameterUpdate}.
 *
 * @param alpha the decay of the mean of the squares, of [0, 1)
 * @param epsilon keeps the division finite, at least 0
 * @param momentum how much of the last step stays, of [0, 1)
 * @param options one per parameter
 */
public record RmsPropUpdate(
    double alpha, double epsilon, double momentum, List<UpdateOptions> options)
    implements ParameterUpdate {
  /** Checks the numbers and copies the list. */
  public RmsPropUpdate {
    UpdateSettings.fraction("alpha of RmsPropUpdate", alpha);
    UpdateSettings.atLeastZero("epsilon of RmsPropUpdate", epsilon);
    UpdateSettings.fraction("momentum of RmsPropUpdate", momentum);
    options = UpdateSettings.options("RmsPropUpdate", options);
  }

  @Override
  public List<String> scalars() {
    return List.of("lr", "gradientScale");
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of("s", "b") : List.of("s");
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostUpdate(this, this::direction));
  }

  private double direction(double g, double[] slots, double[] scalars) {
    slots[0] = alpha * slots[0] + (1 - alpha) * g * g;
    double step = g / (Math.sqrt(slots[0]) + epsilon);
    if (momentum == 0) {
      return step;
    }
    slots[1] = momentum * slots[1] + step;
    return slots[1];
  }
}
