package dev.cambium.gpu;

import dev.cambium.op.Activation;

/**
 * An activation as kernels are told of it.
 *
 * @param code the case in {@code activated} of {@code activation.cl} and of {@code wide_vector.cl}
 * @param slope of a leaky ReLU, else 0
 */
record WideActivation(int code, double slope) {
  /** The sum as it is. */
  static final WideActivation NONE = new WideActivation(0, 0);

  private static final WideActivation RELU = new WideActivation(1, 0);

  /**
   * The activation's number and slope.
   *
   * @throws IllegalArgumentException when no kernel has it
   */
  static WideActivation of(Activation activation) {
    if (activation instanceof Activation.LeakyRelu leaky) {
      return leaky.slope() == 0 ? RELU : new WideActivation(2, leaky.slope());
    }
    if (activation instanceof Activation.Relu) {
      return RELU;
    }
    if (activation instanceof Activation.Tanh) {
      return new WideActivation(3, 0);
    }
    if (activation instanceof Activation.Sigmoid) {
      return new WideActivation(4, 0);
    }
    if (activation instanceof Activation.Identity) {
      return NONE;
    }
    throw new IllegalArgumentException(
        "activation must be one that the kernels have, got " + activation);
  }
}
