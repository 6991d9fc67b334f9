package dev.cambium.gpu;

import dev.cambium.op.Activation;
import dev.cambium.tensor.DType;

/**
 * What becomes of the sums of a product: z + bias, then the activation.
 *
 * @param bias which input of the operation is added, or -1 for none
 * @param activation its number in {@code tiled_epilogue.cl}
 * @param slope of a leaky ReLU
 */
record Epilogue(int bias, int activation, double slope) {
  /** The sums as they are. */
  static final Epilogue NONE = new Epilogue(-1, 0, 0);

  /** With the bias as input 2 if there is one. */
  static Epilogue of(boolean bias, Activation activation) {
    int input = bias ? 2 : -1;
    if (activation instanceof Activation.Identity) {
      return new Epilogue(input, 0, 0);
    }
    if (activation instanceof Activation.LeakyRelu leaky && leaky.slope() != 0) {
      return new Epilogue(input, 2, leaky.slope());
    }
    if (activation instanceof Activation.Tanh) {
      return new Epilogue(input, 3, 0);
    }
    return new Epilogue(input, activation instanceof Activation.Sigmoid ? 4 : 1, 0);
  }

  /** Whether there is a bias, as a kernel's argument. */
  Argument hasBias() {
    return Argument.of(bias < 0 ? 0 : 1);
  }

  /** The bias; where there is none, an input that is there anyway. */
  Argument biasOr(Argument other) {
    return bias < 0 ? other : Argument.input(bias);
  }

  /** The activation's number as a kernel's argument. */
  Argument number() {
    return Argument.of(activation);
  }

  /** The slope as a kernel's argument. */
  Argument slope(DType dtype) {
    return Argument.real(dtype, slope);
  }
}
