package dev.cambium.nn.init;

import dev.cambium.nn.init.VarianceScaling.Distribution;
import dev.cambium.nn.init.VarianceScaling.FanMode;

/**
 * The initialisation of X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
 * feedforward neural networks" (AISTATS 2010), for tanh and linear units: standard deviation = gain
 * * sqrt(2 / (fanIn + fanOut)), between what keeps the signal and what keeps the gradient. Before a
 * ReLU use {@link He}.
 */
public final class Xavier {
  private Xavier() {}

  /** Draws from N(0, 2 / (fanIn + fanOut)). */
  public static VarianceScaling normal() {
    return normal(Gain.linear());
  }

  /** Draws from N(0, 2 gain^2 / (fanIn + fanOut)), for example with {@link Gain#tanh()}. */
  public static VarianceScaling normal(double gain) {
    return new VarianceScaling(gain * gain, FanMode.FAN_AVERAGE, Distribution.NORMAL);
  }

  /**
   * Draws over +-sqrt(6 / (fanIn + fanOut)): standard deviation sqrt(2 / (fanIn + fanOut)). This is
   * the paper's equation 16.
   */
  public static VarianceScaling uniform() {
    return uniform(Gain.linear());
  }

  /** Draws over +-gain sqrt(6 / (fanIn + fanOut)), for example with {@link Gain#tanh()}. */
  public static VarianceScaling uniform(double gain) {
    return new VarianceScaling(gain * gain, FanMode.FAN_AVERAGE, Distribution.UNIFORM);
  }

  /**
   * Draws from N(0, 1 / fanIn), which Caffe calls "xavier": the fan out is left aside. The same
   * numbers as {@link LeCun#normal()}; use it to reproduce models of Caffe.
   */
  public static VarianceScaling caffeNormal() {
    return new VarianceScaling(1, FanMode.FAN_IN, Distribution.NORMAL);
  }

  /** Draws over +-sqrt(3 / fanIn), as Caffe's filler does: standard deviation 1 / sqrt(fanIn). */
  public static VarianceScaling caffeUniform() {
    return new VarianceScaling(1, FanMode.FAN_IN, Distribution.UNIFORM);
  }
}
