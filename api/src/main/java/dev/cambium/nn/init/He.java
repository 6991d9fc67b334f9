package dev.cambium.nn.init;

import dev.cambium.nn.init.VarianceScaling.Distribution;
import dev.cambium.nn.init.VarianceScaling.FanMode;

/**
 * The initialisation of K. He et al., "Delving Deep into Rectifiers: Surpassing Human-Level
 * Performance on ImageNet Classification" (ICCV 2015), for rectified units: standard deviation =
 * gain / sqrt(fanIn) with gain sqrt(2), because a ReLU passes half of the mean square.
 *
 * <p>Fan in keeps the size of the signal on the way forward, fan out that of the gradient on the
 * way back; for a net without normalisation, the paper finds either enough. For another
 * non-linearity, give its {@link Gain}.
 */
public final class He {
  private He() {}

  /** Draws from N(0, 2 / fanIn), for a layer before a ReLU. */
  public static VarianceScaling normal() {
    return new VarianceScaling(2, FanMode.FAN_IN, Distribution.NORMAL);
  }

  /** Draws from N(0, gain^2 / fanIn). */
  public static VarianceScaling normal(double gain) {
    return new VarianceScaling(gain * gain, FanMode.FAN_IN, Distribution.NORMAL);
  }

  /**
   * Draws over +-sqrt(6 / fanIn), for a layer before a ReLU: standard deviation sqrt(2 / fanIn).
   */
  public static VarianceScaling uniform() {
    return new VarianceScaling(2, FanMode.FAN_IN, Distribution.UNIFORM);
  }

  /** Draws over +-gain sqrt(3 / fanIn): standard deviation gain / sqrt(fanIn). */
  public static VarianceScaling uniform(double gain) {
    return new VarianceScaling(gain * gain, FanMode.FAN_IN, Distribution.UNIFORM);
  }

  /**
   * Draws from N(0, 2 / fanOut): the usual choice for the convolutions of residual nets. With
   * another gain: {@code He.normal(gain).mode(FanMode.FAN_OUT)}.
   */
  public static VarianceScaling fanOutNormal() {
    return normal().mode(FanMode.FAN_OUT);
  }

  /** Draws over +-sqrt(6 / fanOut): standard deviation sqrt(2 / fanOut). */
  public static VarianceScaling fanOutUniform() {
    return uniform().mode(FanMode.FAN_OUT);
  }

  /**
   * Draws from N(0, 4 / (fanIn + fanOut)), which a toolbox for Torch calls "kaiming". It is the
   * paper's {@link #normal()} only where fanIn = fanOut; use it to reproduce results of that
   * toolbox.
   */
  public static VarianceScaling toolboxNormal() {
    return normal().mode(FanMode.FAN_AVERAGE);
  }

  /**
   * Draws over +-sqrt(12 / (fanIn + fanOut)): the standard deviation of {@link #toolboxNormal()}.
   */
  public static VarianceScaling toolboxUniform() {
    return uniform().mode(FanMode.FAN_AVERAGE);
  }
}
