package dev.cambium.nn.init;

import dev.cambium.nn.init.VarianceScaling.Distribution;
import dev.cambium.nn.init.VarianceScaling.FanMode;

/**
 * The initialisations that go back to Y. LeCun, L. Bottou, G. Orr and K.-R. Mueller, "Efficient
 * BackProp" (1998): the size of a unit's sum should not depend on how many inputs it has.
 *
 * <p>{@link #normal} and {@link #uniform} are the paper's own rule, standard deviation 1 /
 * sqrt(fanIn), for linear, tanh-like (the paper's 1.7159 tanh(2 x / 3)) and self-normalising units.
 * {@link #heuristicNormal} and {@link #heuristicUniform} have the smaller deviation 1 / sqrt(3
 * fanIn) of the draw over +-1 / sqrt(fanIn) that X. Glorot and Y. Bengio (2010) call the commonly
 * used heuristic: for shallow nets and for comparison, as a deep net loses two thirds of the
 * variance at each layer.
 */
public final class LeCun {
  private LeCun() {}

  /** Draws from N(0, 1 / fanIn). */
  public static VarianceScaling normal() {
    return new VarianceScaling(1, FanMode.FAN_IN, Distribution.NORMAL);
  }

  /** Draws over +-sqrt(3 / fanIn): standard deviation 1 / sqrt(fanIn). */
  public static VarianceScaling uniform() {
    return new VarianceScaling(1, FanMode.FAN_IN, Distribution.UNIFORM);
  }

  /** Draws from N(0, 1 / (3 fanIn)). */
  public static VarianceScaling heuristicNormal() {
    return new VarianceScaling(1.0 / 3, FanMode.FAN_IN, Distribution.NORMAL);
  }

  /** Draws over +-1 / sqrt(fanIn): standard deviation 1 / sqrt(3 fanIn). */
  public static VarianceScaling heuristicUniform() {
    return new VarianceScaling(1.0 / 3, FanMode.FAN_IN, Distribution.UNIFORM);
  }
}
