package dev.cambium.nn.init;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;
import java.util.Objects;

/**
 * Draws with variance {@code scale / n}, where n is the fan that {@code mode} chooses, so that the
 * size of the signal (fan in), of the gradient (fan out) or a compromise between the two (their
 * average) stays the same from layer to layer.
 *
 * <p>NORMAL draws from N(0, scale / n), not truncated; UNIFORM from [-l, l) with l = sqrt(3 scale /
 * n), which has the same variance. A fan of 0 counts as 1. Named cases: {@link LeCun}, {@link
 * Xavier}, {@link He}.
 *
 * @param scale the variance times n; gain^2 for a non-linearity with that gain
 * @param mode which fan n is
 * @param distribution the kind of draw
 */
public record VarianceScaling(double scale, FanMode mode, Distribution distribution)
    implements Initializer {
  /** Which fan divides the variance. */
  public enum FanMode {
    /** Inputs of one output: keeps the signal's size on the way forward. */
    FAN_IN,
    /** Outputs of one input: keeps the gradient's size on the way back. */
    FAN_OUT,
    /** (in + out) / 2. */
    FAN_AVERAGE
  }

  /** The kind of draw. */
  public enum Distribution {
    /** N(0, variance), not truncated. */
    NORMAL,
    /** Uniform over [-sqrt(3 variance), sqrt(3 variance)). */
    UNIFORM
  }

  /** Checks the scale. */
  public VarianceScaling {
    if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "scale of VarianceScaling must be positive and finite, got " + scale);
    }
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(distribution, "distribution");
  }

  /** These draws with another fan. */
  public VarianceScaling mode(FanMode mode) {
    return new VarianceScaling(scale, mode, distribution);
  }

  /** The standard deviation of the draws for a parameter with these fans. */
  public double standardDeviation(Fans fans) {
    double n =
        switch (mode) {
          case FAN_IN -> fans.in();
          case FAN_OUT -> fans.out();
          case FAN_AVERAGE -> (fans.in() + fans.out()) / 2.0;
        };
    return Math.sqrt(scale / Math.max(1, n));
  }

  @Override
  public HostArray initialise(TensorType type, Fans fans, RandomStream random) {
    double deviation = standardDeviation(fans);
    Initializer draw =
        switch (distribution) {
          case NORMAL -> new Normal(deviation);
          case UNIFORM -> Uniform.withStandardDeviation(deviation);
        };
    return draw.initialise(type, fans, random);
  }
}
