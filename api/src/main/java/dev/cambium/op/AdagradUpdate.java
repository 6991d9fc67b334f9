package dev.cambium.op;

import java.util.List;
import java.util.Optional;

/**
 * Adagrad (J. Duchi, E. Hazan, Y. Singer: "Adaptive Subgradient Methods", 2011), as PyTorch's. With
 * g' of {@link UpdateOptions} and rate = lr * learningRateFactor:
 *
 * <pre>
 * s = s + g'^2
 * p = p - rate * g' / (sqrt(s) + epsilon)
 * </pre>
 *
 * <p>Inputs: lr [], gradientScale [], p1..pn, g1..gn, s1..sn. Outputs: p1..pn, s1..sn. Types,
 * shapes and shared memory: {@link ParameterUpdate}.
 *
 * @param epsilon keeps the division finite, at least 0
 * @param options one per parameter
 */
public record AdagradUpdate(double epsilon, List<UpdateOptions> options)
    implements ParameterUpdate {
  /** Checks the number and copies the list. */
  public AdagradUpdate {
    UpdateSettings.atLeastZero("epsilon of AdagradUpdate", epsilon);
    options = UpdateSettings.options("AdagradUpdate", options);
  }

  @Override
  public List<String> scalars() {
    return List.of("lr", "gradientScale");
  }

  @Override
  public List<String> slots() {
    return List.of("s");
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostUpdate(this, this::direction));
  }

  private double direction(double g, double[] slots, double[] scalars) {
    slots[0] += g * g;
    return g / (Math.sqrt(slots[0]) + epsilon);
  }
}
