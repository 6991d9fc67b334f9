package dev.cambium.nd4j;

import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link ActivateGradient}. ND4J's gradients take x, ours y; that of ReLU asks for the sign alone,
 * which is the same for both, the others are put together from arithmetic.
 */
final class Nd4jActivateGradient {
  private Nd4jActivateGradient() {}

  static Prepared prepare(ActivateGradient op, Signature signature) {
    Activation function = op.function();
    if (Nd4jActivate.isRelu(function)) {
      Nd4jOperation backward = Nd4jOperation.of("relu_bp", new double[] {0});
      return signature.kernel(
          (in, out, scratch) -> backward.run(in[1].flat(), in[0].flat(), out[0].flat()));
    }
    if (function instanceof Activation.Identity) {
      return signature.kernel((in, out, scratch) -> Arithmetic.assign(in[0].flat(), out[0].flat()));
    }
    if (function instanceof Activation.LeakyRelu) {
      return new Declined("the gradient of ND4J's leaky ReLU at 0 is 1, not the slope");
    }
    return sloped(function instanceof Activation.Tanh, signature);
  }

  /** dx = dy (1 - y) (1 + y) for tanh, dy (1 - y) y for the logistic function. */
  private static Prepared sloped(boolean tanh, Signature signature) {
    Arithmetic arithmetic = new Arithmetic();
    long n = signature.size();
    return signature.kernel(
        signature.bytes(2 * n),
        (in, out, scratch) -> {
          INDArray y = in[1].flat();
          INDArray slope = scratch.scratch(signature.dtype(), 0, n);
          INDArray factor = scratch.scratch(signature.dtype(), signature.bytes(n), n);
          arithmetic.subtractFrom(1, y, slope);
          arithmetic.add(y, tanh ? 1 : 0, factor);
          arithmetic.multiply(slope, factor, slope);
          arithmetic.multiply(in[0].flat(), slope, out[0].flat());
        });
  }
}
