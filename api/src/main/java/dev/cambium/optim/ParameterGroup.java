package dev.cambium.optim;

import dev.cambium.nn.StateSpec;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * A rule for some of the parameters: a learning rate of their own, another weight decay, a limit to
 * the length of each unit's weights, or none of it because they are frozen. Where several rules
 * match a parameter, the factors are multiplied, the last weight decay and the last limit count,
 * and one that freezes is enough.
 *
 * @param parameters which parameters
 * @param learningRateFactor multiplies the learning rate, at least 0
 * @param weightDecay instead of the optimiser's; empty leaves that
 * @param frozen whether the parameters keep their values
 * @param maxNorm how long the incoming weights of a unit may be after an update; only for
 *     parameters of two dimensions or more, biases and scales stay as they are
 */
public record ParameterGroup(
    Predicate<StateSpec> parameters,
    double learningRateFactor,
    OptionalDouble weightDecay,
    boolean frozen,
    Optional<MaxNorm> maxNorm) {
  /**
   * The parameters of one layer and of the layers within it.
   *
   * @param path the layer's path, {@code features.0}, or the name of one parameter
   */
  public record Under(String path) implements Predicate<StateSpec> {
    @Override
    public boolean test(StateSpec state) {
      return state.name().equals(path) || state.name().startsWith(path + ".");
    }
  }

  /** Checks the numbers. */
  public ParameterGroup {
    Objects.requireNonNull(parameters, "parameters");
    Objects.requireNonNull(maxNorm, "maxNorm");
    Settings.rate("learningRateFactor of ParameterGroup", learningRateFactor);
    weightDecay.ifPresent(decay -> Settings.rate("weightDecay of ParameterGroup", decay));
  }

  /** A rule for the parameters of the given predicate, which changes nothing yet. */
  public static ParameterGroup of(Predicate<StateSpec> parameters) {
    return new ParameterGroup(parameters, 1, OptionalDouble.empty(), false, Optional.empty());
  }

  /** A rule for the parameters under a path, which changes nothing yet. */
  public static ParameterGroup under(String path) {
    return of(new Under(path));
  }

  /** No weight decay on biases and on the scale and shift of normalisations. */
  public static ParameterGroup noDecayOnBiasAndNorm() {
    return of(Predicate.not(StateSpec::isWeight)).weightDecay(0);
  }

  /** This rule with another learning rate factor. */
  public ParameterGroup learningRateFactor(double factor) {
    return new ParameterGroup(parameters, factor, weightDecay, frozen, maxNorm);
  }

  /** This rule with another weight decay. */
  public ParameterGroup weightDecay(double weightDecay) {
    return new ParameterGroup(
        parameters, learningRateFactor, OptionalDouble.of(weightDecay), frozen, maxNorm);
  }

  /** This rule with its parameters kept as they are. */
  public ParameterGroup freeze() {
    return new ParameterGroup(parameters, learningRateFactor, weightDecay, true, maxNorm);
  }

  /**
   * This rule with the incoming weights of each unit kept at most that long; see {@link MaxNorm}.
   *
   * @param c positive
   */
  public ParameterGroup maxNorm(double c) {
    return new ParameterGroup(
        parameters, learningRateFactor, weightDecay, frozen, Optional.of(new MaxNorm(c)));
  }

  /** Whether the rule is for this state; only parameters can match. */
  public boolean matches(StateSpec state) {
    return state.trainable() && parameters.test(state);
  }
}
