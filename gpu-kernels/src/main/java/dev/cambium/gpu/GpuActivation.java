package dev.cambium.gpu;

import dev.cambium.op.Activation;

/**
 * An activation as kernels are told of it.
 *
 * @param function which it is
 * @param slope of a leaky ReLU, else 0
 */
record GpuActivation(Function function, double slope) {
  /** The functions, in the order of their numbers. */
  enum Function {
    NONE,
    RELU,
    LEAKY,
    TANH,
    SIGMOID
  }

  /** The sum as it is. */
  static final GpuActivation NONE = new GpuActivation(Function.NONE, 0);

  /**
   * The activation's function and slope.
   *
   * @throws IllegalArgumentException when no kernel has it
   */
  static GpuActivation of(Activation activation) {
    if (activation instanceof Activation.LeakyRelu leaky && leaky.slope() != 0) {
      return new GpuActivation(Function.LEAKY, leaky.slope());
    }
    if (activation instanceof Activation.LeakyRelu || activation instanceof Activation.Relu) {
      return new GpuActivation(Function.RELU, 0);
    }
    if (activation instanceof Activation.Tanh) {
      return new GpuActivation(Function.TANH, 0);
    }
    if (activation instanceof Activation.Sigmoid) {
      return new GpuActivation(Function.SIGMOID, 0);
    }
    if (activation instanceof Activation.Identity) {
      return NONE;
    }
    throw new IllegalArgumentException(
        "activation must be one that the kernels have, got " + activation);
  }

  /** Its case in {@code activated} of {@code activation.cl} and of {@code wide_vector.cl}. */
  int code() {
    return function.ordinal();
  }
}
