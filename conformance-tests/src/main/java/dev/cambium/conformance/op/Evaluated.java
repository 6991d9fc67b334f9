package dev.cambium.conformance.op;

import dev.cambium.op.Op;
import dev.cambium.tensor.DoubleArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * An operation with the values around it, computed in double.
 *
 * @param op the operation
 * @param inputs its inputs
 * @param outputs what its host function made of them
 * @param u the relative error of one rounding in the element type of the outputs: 2^-24 in FLOAT32,
 *     2^-53 in FLOAT64, 0 in integers
 * @param tiny the smallest normal number of that type; whatever is smaller may become 0
 */
record Evaluated(
    Op op, List<DoubleArray> inputs, List<DoubleArray> outputs, double u, double tiny) {
  /** What another operation, of the same outputs, makes of changed inputs. */
  List<DoubleArray> evaluate(Op other, List<DoubleArray> changed) {
    List<DoubleArray> results = new ArrayList<>();
    for (DoubleArray output : outputs) {
      results.add(output == DoubleArray.NONE ? output : DoubleArray.zeros(output.shape()));
    }
    other.host().orElseThrow().apply(changed, results);
    return results;
  }

  /** What another operation makes of the absolute values of the inputs. */
  List<DoubleArray> evaluateAbsolute(Op other) {
    return evaluate(other, inputs.stream().map(input -> map(input, Math::abs)).toList());
  }

  /** A function of each element. */
  static DoubleArray map(DoubleArray array, DoubleUnaryOperator function) {
    if (array == DoubleArray.NONE) {
      return array;
    }
    DoubleArray mapped = DoubleArray.zeros(array.shape());
    for (int i = 0; i < mapped.values().length; i++) {
      mapped.values()[i] = function.applyAsDouble(array.values()[i]);
    }
    return mapped;
  }
}
