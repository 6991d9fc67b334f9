package dev.cambium.examples;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.cambium.optim.Adagrad;
import dev.cambium.optim.Adam;
import dev.cambium.optim.AdamW;
import dev.cambium.optim.Optimizer;
import dev.cambium.optim.RmsProp;
import dev.cambium.optim.Sgd;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** The optimisers by the names that the command line takes. */
enum OptimizerChoice {
  /** Gradient descent, with momentum where one is given. */
  SGD(0.05),
  /** Gradient descent with Nesterov's momentum. */
  NESTEROV(0.05),
  /** {@link Adagrad}. */
  ADAGRAD(0.01),
  /** {@link RmsProp}. */
  RMSPROP(0.001),
  /** {@link Adam}: weight decay is a part of the gradient. */
  ADAM(0.001),
  /** {@link AdamW}: weight decay stays out of the gradient. */
  ADAMW(0.001);

  private final double usualRate;

  OptimizerChoice(double usualRate) {
    this.usualRate = usualRate;
  }

  /** The learning rate that people start with. */
  double usualRate() {
    return usualRate;
  }

  /** The optimiser with these settings; those without a momentum leave it out. */
  Optimizer create(double momentum, double weightDecay) {
    return switch (this) {
      case SGD -> Sgd.of().momentum(momentum).weightDecay(weightDecay);
      case NESTEROV -> Sgd.of().momentum(momentum).nesterov(true).weightDecay(weightDecay);
      case ADAGRAD -> Adagrad.of().weightDecay(weightDecay);
      case RMSPROP -> RmsProp.of().momentum(momentum).weightDecay(weightDecay);
      case ADAM -> Adam.of().weightDecay(weightDecay);
      case ADAMW -> AdamW.of().weightDecay(weightDecay);
    };
  }

  /** The optimiser of that name. */
  @JsonCreator
  static OptimizerChoice of(String name) {
    return Arrays.stream(values())
        .filter(choice -> choice.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "it must be one of %s, got '%s'".formatted(Arrays.toString(values()), name)));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
