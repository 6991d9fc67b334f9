package dev.cambium.nd4j;

import dev.cambium.op.Activation;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.spi.Prepared;

/** {@link Linear} and its gradients: matrix products of x as a matrix [N, K]. */
final class Nd4jLinear {
  private Nd4jLinear() {}

  static Prepared forward(Linear op, Signature signature) {
    if (op.activation() instanceof Activation.Tanh) {
      return Nd4jActivate.NO_TANH;
    }
    long[] x = matrix(signature, 0);
    Nd4jOperation product = Nd4jMatMul.product(false, true, op.bias());
    return signature.kernel(
        (in, out, scratch) -> {
          if (op.bias()) {
            Nd4jMatMul.spread(in[2], out[0].array());
          }
          product.run(in[0].view(x), in[1].array(), out[0].array());
          if (!op.activation().equals(Activation.NONE)) {
            Nd4jActivate.apply(op.activation(), out[0].flat(), out[0].flat());
          }
        });
  }

  static Prepared backwardData(LinearBackwardData op, Signature signature) {
    long units = signature.shape(0).dim(1);
    if (units == 0) {
      return Nd4jRearrangements.zeros(signature);
    }
    long rows = signature.shape(0).dim(0);
    long features = signature.shape(1).dim(1);
    Nd4jOperation product = Nd4jMatMul.product(false, false, false);
    return signature.kernel(
        (in, out, scratch) ->
            product.run(in[0].array(), in[1].array(), out[0].view(rows, features)));
  }

  static Prepared backwardWeights(LinearBackwardWeights op, Signature signature) {
    if (signature.shape(0).size() == 0) {
      return Nd4jRearrangements.zeros(signature);
    }
    long[] x = matrix(signature, 0);
    Nd4jOperation product = Nd4jMatMul.product(true, false, false);
    Nd4jOperation sum = Nd4jOperation.of("reduce_sum", 0);
    return signature.kernel(
        (in, out, scratch) -> {
          product.run(in[1].array(), in[0].view(x), out[0].array());
          if (op.bias()) {
            sum.run(in[1].array(), out[1].array());
          }
        });
  }

  private static long[] matrix(Signature signature, int input) {
    long rows = signature.shape(input).dim(0);
    return new long[] {rows, signature.shape(input).size(1, signature.shape(input).rank())};
  }
}
