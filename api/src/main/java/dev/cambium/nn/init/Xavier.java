package dev.cambium.nn.init;

import dev.cambium.nn.init.VarianceScaling.Distribution;
import dev.cambium.nn.init.VarianceScaling.FanMode;

/**
 * The initialisation of X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
 * feedforward neural networks" (AISTATS 2010), for tanh and linear units: standard deviation = gain
 * * sqrt(2 / (fanIn + fanOut)).
 */
public final class Xavier {
  private Xavier() {}

  /** Normal draws with gain 1. */
  public static VarianceScaling normal() {
    return normal(1);
  }

  /** Normal draws with the given gain. */
  public static VarianceScaling normal(double gain) {
    return new VarianceScaling(gain * gain, FanMode.FAN_AVERAGE, Distribution.NORMAL);
  }

  /** Uniform draws with gain 1: over +-sqrt(6 / (fanIn + fanOut)). */
  public static VarianceScaling uniform() {
    return uniform(1);
  }

  /** Uniform draws with the given gain. */
  public static VarianceScaling uniform(double gain) {
    return new VarianceScaling(gain * gain, FanMode.FAN_AVERAGE, Distribution.UNIFORM);
  }
}
