package dev.cambium.conformance;

import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.tensor.DoubleArray;
import java.util.List;

/**
 * What FLOAT32 does to one operation of a computation: the operation with the errors of its own
 * rounding. How large they are was derived from the values of one exact evaluation.
 */
interface Rounding {
  /**
   * Computes the operation as a FLOAT32 kernel might.
   *
   * @param inputs the inputs, close to those that the errors were derived from
   * @param outputs zeros, to be filled
   * @param noise where the errors are drawn from
   */
  void compute(List<DoubleArray> inputs, List<DoubleArray> outputs, Noise noise);

  /** The exact operation with an independent error of the given deviation in each element. */
  static Rounding independent(Op op, List<double[]> deviations) {
    HostFunction exact = op.host().orElseThrow();
    return (inputs, outputs, noise) -> {
      exact.apply(inputs, outputs);
      for (int i = 0; i < outputs.size(); i++) {
        noise.addTo(outputs.get(i).values(), deviations.get(i));
      }
    };
  }

  /** The exact operation: it moves, selects or counts, and rounds nothing. */
  static Rounding none(Op op) {
    HostFunction exact = op.host().orElseThrow();
    return (inputs, outputs, noise) -> exact.apply(inputs, outputs);
  }
}
