package dev.cambium.spi;

import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * What one run of an operation costs at least, whatever the algorithm: a measure to hold the
 * machine's peak against.
 *
 * @param flops floating-point operations of the products (a multiply-add counts 2); 0 for
 *     operations that memory bounds, which are not counted
 * @param bytes bytes of all inputs and outputs, each moved once
 */
public record KernelCost(long flops, long bytes) {
  /** The cost of {@code op} on inputs and outputs of these types. */
  public static KernelCost of(Op op, List<ValueType> inputs, List<ValueType> outputs) {
    return new KernelCost(flops(op, inputs, outputs), bytes(inputs) + bytes(outputs));
  }

  /** The bytes of all values. */
  static long bytes(List<ValueType> values) {
    return values.stream()
        .mapToLong(
            value -> value instanceof TensorType tensor ? tensor.bytes() : ((Opaque) value).bytes())
        .sum();
  }

  private static long flops(Op op, List<ValueType> inputs, List<ValueType> outputs) {
    if (op instanceof Convolution || op instanceof Linear) {
      return 2 * shape(outputs, 0).size() * perRow(shape(inputs, 1));
    }
    if (op instanceof ConvolutionBackwardData || op instanceof LinearBackwardData) {
      return 2 * shape(inputs, 0).size() * perRow(shape(inputs, 1));
    }
    if (op instanceof ConvolutionBackwardWeights || op instanceof LinearBackwardWeights) {
      return 2 * shape(inputs, 1).size() * perRow(shape(outputs, 0));
    }
    if (op instanceof MatMul product) {
      return 2 * shape(outputs, 0).size() * shape(inputs, 0).dim(product.transposeA() ? 0 : 1);
    }
    return 0;
  }

  private static Shape shape(List<ValueType> types, int index) {
    return ((TensorType) types.get(index)).shape();
  }

  /** The products that go into one output: the elements of one of the weights' rows. */
  private static long perRow(Shape weights) {
    return weights.size(1, weights.rank());
  }
}
