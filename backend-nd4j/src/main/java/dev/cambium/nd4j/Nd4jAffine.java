package dev.cambium.nd4j;

import dev.cambium.op.Affine;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;

/** {@link Affine} by ND4J's arithmetic with a number. */
final class Nd4jAffine {
  private Nd4jAffine() {}

  static Prepared prepare(Affine op, Signature signature) {
    if (!signature.dtype().isFloating()) {
      return new Declined("ND4J rounds scale and shift to the integer type of x");
    }
    Arithmetic arithmetic = new Arithmetic();
    return signature.kernel(
        (in, out, scratch) -> {
          arithmetic.multiply(in[0].flat(), op.scale(), out[0].flat());
          if (op.shift() != 0) {
            arithmetic.add(out[0].flat(), op.shift(), out[0].flat());
          }
        });
  }
}
