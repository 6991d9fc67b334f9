package dev.cambium.op;

import java.util.List;
import java.util.Optional;

/**
 * Adam (D. Kingma, J. Ba: "Adam", 2015), and AdamW where the weight decay is decoupled, as
 * PyTorch's. With g' of {@link UpdateOptions} and rate = lr * learningRateFactor:
 *
 * <pre>
 * m = beta1 * m + (1 - beta1) * g'
 * v = beta2 * v + (1 - beta2) * g'^2
 * p = p - rate * (m / correction1) / (sqrt(v / correction2) + epsilon)
 * </pre>
 *
 * <p>Inputs: lr [], gradientScale [], correction1 [], correction2 [], p1..pn, g1..gn, m1..mn,
 * v1..vn; correction_k = 1 - beta_k^t at step t = 1, 2, ..., computed in double. Outputs: p1..pn,
 * m1..mn, v1..vn. Types, shapes and shared memory: {@link ParameterUpdate}.
 *
 * @param beta1 the decay of the mean of the gradients, of [0, 1)
 * @param beta2 the decay of the mean of their squares, of [0, 1)
 * @param epsilon keeps the division finite, at least 0
 * @param options one per parameter
 */
public record AdamUpdate(double beta1, double beta2, double epsilon, List<UpdateOptions> options)
    implements ParameterUpdate {
  /** Checks the numbers and copies the list. */
  public AdamUpdate {
    UpdateSettings.fraction("beta1 of AdamUpdate", beta1);
    UpdateSettings.fraction("beta2 of AdamUpdate", beta2);
    UpdateSettings.atLeastZero("epsilon of AdamUpdate", epsilon);
    options = UpdateSettings.options("AdamUpdate", options);
  }

  @Override
  public List<String> scalars() {
    return List.of("lr", "gradientScale", "correction1", "correction2");
  }

  @Override
  public List<String> slots() {
    return List.of("m", "v");
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostUpdate(this, this::direction));
  }

  private double direction(double g, double[] slots, double[] scalars) {
    slots[0] = beta1 * slots[0] + (1 - beta1) * g;
    slots[1] = beta2 * slots[1] + (1 - beta2) * g * g;
    return slots[0] / scalars[2] / (Math.sqrt(slots[1] / scalars[3]) + epsilon);
  }
}
