package dev.cambium.nn;

import dev.cambium.op.Convolution;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * Counts the multiply-adds of an operation: the products that it sums. Only contractions count
 * (convolution, linear, matrix product); elementwise work is a rounding error beside them.
 */
final class MultiplyAdds {
  private MultiplyAdds() {}

  static long of(Op op, List<Value> inputs, List<Value> outputs) {
    if (op instanceof Convolution || op instanceof dev.cambium.op.Linear) {
      Shape weight = inputs.get(1).shape();
      return outputs.get(0).shape().size() * weight.size(1, weight.rank());
    }
    if (op instanceof MatMul product) {
      int summed = inputs.get(0).shape().dim(product.transposeA() ? 0 : 1);
      return outputs.get(0).shape().size() * summed;
    }
    return 0;
  }
}
