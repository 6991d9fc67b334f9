package dev.cambium.nd4j;

import dev.cambium.op.Broadcast;
import dev.cambium.op.Fill;
import dev.cambium.op.Transpose;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.Shape;

/** Operations that move elements and compute nothing: one assignment from a view by strides. */
final class Nd4jRearrangements {
  private Nd4jRearrangements() {}

  static Prepared fill(Fill op, Signature signature) {
    return signature.kernel((in, out, scratch) -> Nd4jTransfer.fill(out[0], op.value()));
  }

  /** A kernel for sums over nothing: every output becomes 0. */
  static Prepared zeros(Signature signature) {
    return signature.kernel(
        (in, out, scratch) -> {
          for (Nd4jBuffer output : out) {
            Nd4jTransfer.fill(output, 0);
          }
        });
  }

  /** Where the shape is stretched, the distance between neighbours is 0. */
  static Prepared broadcast(Broadcast op, Signature signature) {
    Shape from = signature.shape(0);
    long[] dense = from.strides();
    long[] strides = new long[op.shape().rank()];
    for (int i = 1; i <= from.rank(); i++) {
      strides[strides.length - i] = from.dim(-i) == 1 ? 0 : dense[dense.length - i];
    }
    return assignment(signature, strides);
  }

  static Prepared transpose(Transpose op, Signature signature) {
    long[] dense = signature.shape(0).strides();
    return assignment(
        signature, op.permutation().stream().mapToLong(axis -> dense[axis]).toArray());
  }

  private static Prepared assignment(Signature signature, long[] strides) {
    long[] shape = signature.dimensions();
    return signature.kernel(
        (in, out, scratch) -> Arithmetic.assign(in[0].view(0, shape, strides), out[0].array()));
  }
}
