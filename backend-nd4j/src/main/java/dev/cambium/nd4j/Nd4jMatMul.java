package dev.cambium.nd4j;

import dev.cambium.op.MatMul;
import dev.cambium.spi.Prepared;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link MatMul} by ND4J's matmul, which is the BLAS's product. */
final class Nd4jMatMul {
  private Nd4jMatMul() {}

  static Prepared prepare(MatMul op, Signature signature) {
    if (signature.shape(0).size() == 0) {
      return Nd4jRearrangements.zeros(signature);
    }
    Nd4jOperation product = product(op.transposeA(), op.transposeB(), false);
    return signature.kernel(
        (in, out, scratch) -> product.run(in[0].array(), in[1].array(), out[0].array()));
  }

  /**
   * z = x y, or z + x y; of matrices, or of as many matrices one after the other.
   *
   * @param transposeX whether x's matrices are transposed first
   * @param transposeY whether y's matrices are transposed first
   * @param accumulate whether z is added to
   */
  static Nd4jOperation product(boolean transposeX, boolean transposeY, boolean accumulate) {
    double[] alphaAndBeta = {1, accumulate ? 1 : 0};
    return Nd4jOperation.of("matmul", alphaAndBeta, transposeX ? 1 : 0, transposeY ? 1 : 0, 0);
  }

  /** Puts the bias b [C] into every place of its channel of y [N, C, ...]. */
  static void spread(Nd4jBuffer b, INDArray y) {
    long[] strides = new long[y.rank()];
    strides[1] = 1;
    Arithmetic.assign(b.view(0, y.shape(), strides), y);
  }
}
