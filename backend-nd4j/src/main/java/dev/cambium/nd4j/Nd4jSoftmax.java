package dev.cambium.nd4j;

import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;

/**
 * {@link Softmax}, {@link LogSoftmax} and their gradients over axis 1. ND4J's gradients take x,
 * ours y, so they are put together from its sums and products.
 */
final class Nd4jSoftmax {
  private static final int CLASSES = 1;

  private Nd4jSoftmax() {}

  /** In rows of FLOAT64 ND4J's softmax subtracts no maximum below 0, so those are put together. */
  static Prepared softmax(Softmax op, Signature signature) {
    if (signature.dtype() == DType.FLOAT64 && signature.shape(0).rank() == 2) {
      return composed(signature, false);
    }
    Nd4jOperation operation = Nd4jOperation.of("softmax", CLASSES);
    return signature.kernel((in, out, scratch) -> operation.run(in[0].array(), out[0].array()));
  }

  /** ND4J's log_softmax is the logarithm of its softmax, -infinity where that underflows. */
  static Prepared logSoftmax(LogSoftmax op, Signature signature) {
    return composed(signature, true);
  }

  /** With z = x - max x: z - log sum exp z, or exp z / sum exp z. */
  private static Prepared composed(Signature signature, boolean logarithm) {
    Arithmetic arithmetic = new Arithmetic();
    Nd4jOperation maximum = Nd4jOperation.of("reduce_max", new double[] {1}, CLASSES);
    Nd4jOperation sum = sumOverClasses();
    return signature.kernel(
        signature.bytes(2 * signature.size()),
        (in, out, scratch) -> {
          INDArray exponentials = scratch.scratch(signature.dtype(), 0, signature.dimensions());
          INDArray perRow = perRow(scratch, signature);
          INDArray y = out[0].array();
          maximum.run(in[0].array(), perRow);
          arithmetic.subtract(in[0].array(), perRow, y);
          Arithmetic.run(new Exp(y, exponentials));
          sum.run(exponentials, perRow);
          if (logarithm) {
            Arithmetic.run(new Log(perRow, perRow));
            arithmetic.subtract(y, perRow, y);
          } else {
            arithmetic.divide(exponentials, perRow, y);
          }
        });
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
          INDArray sums = perRow(scratch, signature);
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
          INDArray sums = perRow(scratch, signature);
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
  private static INDArray perRow(Nd4jBuffer scratch, Signature signature) {
    long[] shape = signature.dimensions();
    shape[CLASSES] = 1;
    return scratch.scratch(signature.dtype(), signature.bytes(signature.size()), shape);
  }
}
