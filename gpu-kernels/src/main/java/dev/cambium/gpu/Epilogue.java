package dev.cambium.gpu;

import dev.cambium.op.Activation;
import dev.cambium.tensor.DType;

/**
 * What becomes of the sums of a product: z + bias, then the activation.
 *
 * @param bias which input of the operation is added, or -1 for none
 * @param activation as the kernels are told of it
 */
record Epilogue(int bias, GpuActivation activation) {
  /** The sums as they are. */
  static final Epilogue NONE = new Epilogue(-1, GpuActivation.NONE);

  /** With the bias as input 2 if there is one. */
  static Epilogue of(boolean bias, Activation activation) {
    return new Epilogue(bias ? 2 : -1, GpuActivation.of(activation));
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
    return Argument.of(activation.code());
  }

  /** The slope as a kernel's argument. */
  Argument slope(DType dtype) {
    return Argument.real(dtype, activation.slope());
  }
}
