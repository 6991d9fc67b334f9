package dev.cambium.optim;

import dev.cambium.nn.StateSpec;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * A rule for some of the parameters: a learning rate of their own, another weight decay, or none of
 * it because they are frozen. Where several rules match a parameter, the factors are multiplied,
 * the last weight decay counts, and one that freezes is enough.
 *
 * @param parameters which parameters
 * @param learningRateFactor multiplies the learning rate, at least 0
 * @param weightDecay instead of the optimiser's; empty leaves that
 * @param frozen whether the parameters keep their values
 */
public record ParameterGroup(
    Predicate<StateSpec> parameters,
    double learningRateFactor,
    OptionalDouble weightDecay,
    boolean frozen) {
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
    Settings.rate("learningRateFactor of ParameterGroup", learningRateFactor);
    weightDecay.ifPresent(decay -> Settings.rate("weightDecay of ParameterGroup", decay));
  }

  /** A rule for the parameters of the given predicate, which changes nothing yet. */
  public static ParameterGroup of(Predicate<StateSpec> parameters) {
    return new ParameterGroup(parameters, 1, OptionalDouble.empty(), false);
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
    return new ParameterGroup(parameters, factor, weightDecay, frozen);
  }

  /** This rule with another weight decay. */
  public ParameterGroup weightDecay(double weightDecay) {
    return new ParameterGroup(
        parameters, learningRateFactor, OptionalDouble.of(weightDecay), frozen);
  }

  /** This rule with its parameters kept as they are. */
  public ParameterGroup freeze() {
    return new ParameterGroup(parameters, learningRateFactor, weightDecay, true);
  }

  /** Whether the rule is for this state; only parameters can match. */
  public boolean matches(StateSpec state) {
    return state.trainable() && parameters.test(state);
  }
}
