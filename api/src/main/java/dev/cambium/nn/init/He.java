package dev.cambium.nn.init;

import dev.cambium.nn.init.VarianceScaling.Distribution;
import dev.cambium.nn.init.VarianceScaling.FanMode;

/**
 * The initialisation of K. He et al., "Delving Deep into Rectifiers: Surpassing Human-Level
 * Performance on ImageNet Classification" (ICCV 2015), for rectified units: standard deviation =
 * gain / sqrt(fanIn) with gain sqrt(2), because a ReLU passes half of the variance.
 */
public final class He {
  /** The gain of a ReLU, sqrt(2). */
  public static final double RELU_GAIN = Math.sqrt(2);

  private He() {}

  /** The gain of a leaky ReLU: sqrt(2 / (1 + slope^2)). */
  public static double leakyReluGain(double slope) {
    return Math.sqrt(2 / (1 + slope * slope));
  }

  /** Normal draws for a layer before a ReLU. */
  public static VarianceScaling normal() {
    return new VarianceScaling(2, FanMode.FAN_IN, Distribution.NORMAL);
  }

  /** Normal draws with the given gain. */
  public static VarianceScaling normal(double gain) {
    return new VarianceScaling(gain * gain, FanMode.FAN_IN, Distribution.NORMAL);
  }

  /** Uniform draws for a layer before a ReLU: over +-sqrt(6 / fanIn). */
  public static VarianceScaling uniform() {
    return new VarianceScaling(2, FanMode.FAN_IN, Distribution.UNIFORM);
  }

  /** Uniform draws with the given gain. */
  public static VarianceScaling uniform(double gain) {
    return new VarianceScaling(gain * gain, FanMode.FAN_IN, Distribution.UNIFORM);
  }
}
