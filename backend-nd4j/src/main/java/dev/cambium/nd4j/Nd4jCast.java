package dev.cambium.nd4j;

import dev.cambium.op.Cast;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;

/** {@link Cast} by ND4J's assignment between element types. */
final class Nd4jCast {
  private Nd4jCast() {}

  static Prepared prepare(Cast op, Signature signature) {
    if (mayLeaveRange(signature.input(0).dtype(), op.to())) {
      return new Declined("ND4J leaves open what becomes of a value outside of an integer type");
    }
    return signature.kernel((in, out, scratch) -> Arithmetic.assign(in[0].flat(), out[0].flat()));
  }

  private static boolean mayLeaveRange(DType from, DType to) {
    return !to.isFloating() && (from.isFloating() || from.bytes() > to.bytes());
  }
}
