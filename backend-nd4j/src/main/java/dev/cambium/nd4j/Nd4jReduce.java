package dev.cambium.nd4j;

import dev.cambium.op.Reduce;
import dev.cambium.op.SumOfSquares;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Prepared;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link Reduce} and {@link SumOfSquares} by ND4J's reductions. */
final class Nd4jReduce {
  private Nd4jReduce() {}

  static Prepared prepare(Reduce op, Signature signature) {
    if (op.function() == Reduce.Function.MAXIMUM) {
      return new Declined("ND4J's maximum over axes drops NaN");
    }
    if (op.axes().isEmpty()) {
      return signature.kernel((in, out, scratch) -> Arithmetic.assign(in[0].flat(), out[0].flat()));
    }
    if (signature.shape(0).size() == 0) {
      return Nd4jRearrangements.zeros(signature);
    }
    long[] axes = op.axes().stream().mapToLong(Integer::longValue).toArray();
    String name = op.function() == Reduce.Function.SUM ? "reduce_sum" : "reduce_mean";
    double[] keep = {op.keepDimensions() ? 1 : 0};
    Nd4jOperation reduction = Nd4jOperation.of(name, keep, axes);
    return signature.kernel((in, out, scratch) -> reduction.run(in[0].array(), out[0].array()));
  }

  static Prepared sumOfSquares(SumOfSquares op, Signature signature) {
    Nd4jOperation norm = Nd4jOperation.of("reduce_sqnorm");
    Arithmetic arithmetic = new Arithmetic();
    return signature.kernel(
        signature.bytes(1),
        (in, out, scratch) -> {
          INDArray one = scratch.scratch(signature.dtype(), 0);
          Nd4jTransfer.fill(out[0], 0);
          for (int i = 0; i < in.length; i++) {
            if (signature.shape(i).size() > 0) {
              norm.run(in[i].flat(), one);
              arithmetic.add(out[0].array(), one, out[0].array());
            }
          }
        });
  }
}
