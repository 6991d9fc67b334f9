package dev.cambium.nd4j;

import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.spi.Prepared;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;

/**
 * {@link Softmax}, {@link LogSoftmax} and their gradients over axis 1. ND4J's gradients take x,
 * ours y, so they are put together from its sums and products.
 */
final class Nd4jSoftmax {
  private static final int CLASSES = 1;

  private Nd4jSoftmax() {}

  static Prepared softmax(Softmax op, Signature signature) {
    return forward("softmax", signature);
  }

  static Prepared logSoftmax(LogSoftmax op, Signature signature) {
    return forward("log_softmax", signature);
  }

  private static Prepared forward(String name, Signature signature) {
    Nd4jOperation operation = Nd4jOperation.of(name, CLASSES);
    return signature.kernel((in, out, scratch) -> operation.run(in[0].array(), out[0].array()));
  }

  /** dx = y (dy - sum dy y). */
  static Prepared softmaxBackward(SoftmaxBackward op, Signature signature) {
    Arithmetic arithmetic = new Arithmetic();
    Nd4jOperation sum = sumOverClasses();
    long n = signature.size();
    return signature.kernel(
        signature.bytes(2 * n),
        (in, out, scratch) -> {
          INDArray products = scratch.scratch(signature.dtype(), 0, signature.dimensions());
          INDArray sums = sums(scratch, signature);
          INDArray dx = out[0].array();
          arithmetic.multiply(in[0].array(), in[1].array(), products);
          sum.run(products, sums);
          arithmetic.subtract(in[0].array(), sums, dx);
          arithmetic.multiply(dx, in[1].array(), dx);
        });
  }

  /** dx = dy - exp(y) sum dy. */
  static Prepared logSoftmaxBackward(LogSoftmaxBackward op, Signature signature) {
    Arithmetic arithmetic = new Arithmetic();
    Nd4jOperation sum = sumOverClasses();
    long n = signature.size();
    return signature.kernel(
        signature.bytes(2 * n),
        (in, out, scratch) -> {
          INDArray shares = scratch.scratch(signature.dtype(), 0, signature.dimensions());
          INDArray sums = sums(scratch, signature);
          sum.run(in[0].array(), sums);
          Arithmetic.run(new Exp(in[1].array(), shares));
          arithmetic.multiply(shares, sums, shares);
          arithmetic.subtract(in[0].array(), shares, out[0].array());
        });
  }

  private static Nd4jOperation sumOverClasses() {
    return Nd4jOperation.of("reduce_sum", new double[] {1}, CLASSES);
  }

  /** One number per row or pixel, behind an array of the whole size. */
  private static INDArray sums(Nd4jBuffer scratch, Signature signature) {
    long[] shape = signature.dimensions();
    shape[CLASSES] = 1;
    return scratch.scratch(signature.dtype(), signature.bytes(signature.size()), shape);
  }
}
