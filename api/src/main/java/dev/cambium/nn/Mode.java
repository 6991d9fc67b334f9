package dev.cambium.nn;

/**
 * What a network is described for. The states are the same in every mode.
 *
 * <p>Two questions follow from it: whether batch normalisation uses the batch ({@link
 * LayerContext#training}), and whether random layers draw ({@link LayerContext#sampling}).
 */
public enum Mode {
  /** Random layers draw; batch normalisation uses the batch, and moves its running statistics. */
  TRAINING,
  /** Nothing is random; batch normalisation uses its running statistics. */
  EVALUATION,
  /**
   * Random layers draw as in training, all else is as in evaluation: for predictions that are
   * averaged over the noise (Y. Gal, Z. Ghahramani, "Dropout as a Bayesian Approximation", 2016).
   */
  SAMPLING;

  /** {@link #TRAINING} or {@link #EVALUATION}. */
  public static Mode of(boolean training) {
    return training ? TRAINING : EVALUATION;
  }
}
