package dev.cambium.conformance.net;

import dev.cambium.conformance.check.HostEvaluation;
import dev.cambium.graph.Node.Operation;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.tensor.DoubleArray;
import java.util.List;
import java.util.Map;

/**
 * What FLOAT32 does to one operation of a computation: the operation with the errors of its own
 * rounding. How large they are was derived from the values of one exact evaluation.
 */
interface Rounding {
  /** Every operation by its host function, and what FLOAT32 would do to it put into a map. */
  static HostEvaluation.Rule deriving(Map<Operation, Rounding> roundings) {
    return (operation, inputs, outputs) -> {
      HostEvaluation.EXACT.compute(operation, inputs, outputs);
      roundings.put(operation, RoundingModel.of(operation.op(), inputs, outputs));
    };
  }

  /** Every operation with errors of its own. */
  static HostEvaluation.Rule rounding(Map<Operation, Rounding> roundings, Noise noise) {
    return (operation, inputs, outputs) -> roundings.get(operation).compute(inputs, outputs, noise);
  }

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
