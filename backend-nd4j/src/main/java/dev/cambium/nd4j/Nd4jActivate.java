package dev.cambium.nd4j;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.LeakyReLU;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;

/** {@link Activate} by ND4J's transforms. */
final class Nd4jActivate {
  /** What comes of a tanh, by itself or fused. */
  static final Declined NO_TANH =
      new Declined("ND4J's tanh, and its expm1, have no correct digits near 0");

  private Nd4jActivate() {}

  static Prepared prepare(Activate op, Signature signature) {
    if (op.function() instanceof Activation.Tanh) {
      return NO_TANH;
    }
    return signature.kernel(
        (in, out, scratch) -> apply(op.function(), in[0].flat(), out[0].flat()));
  }

  /** A leaky ReLU of slope 0 is one, too: ND4J would multiply -infinity by 0. */
  static boolean isRelu(Activation function) {
    return function instanceof Activation.Relu
        || (function instanceof Activation.LeakyRelu leaky && leaky.slope() == 0);
  }

  /** y = f(x) for every f but tanh; x and y may be the same. */
  static void apply(Activation function, INDArray x, INDArray y) {
    if (isRelu(function)) {
      Arithmetic.run(new RectifiedLinear(x, y, 0));
    } else if (function instanceof Activation.LeakyRelu leaky) {
      Arithmetic.run(new LeakyReLU(x, y, leaky.slope()));
    } else if (function instanceof Activation.Sigmoid) {
      Arithmetic.run(new Sigmoid(x, y));
    } else if (function instanceof Activation.Identity) {
      Arithmetic.assign(x, y);
    } else {
      throw new AssertionError(function);
    }
  }
}
