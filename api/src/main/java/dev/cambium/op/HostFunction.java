package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/**
 * The meaning of an operation as plain loops in double precision, for one combination of input
 * types.
 */
@FunctionalInterface
public interface HostFunction {
  /**
   * Computes every element of every output.
   *
   * @param inputs the inputs, row-major; {@link DoubleArray#NONE} where the input is a cache
   * @param outputs the outputs, row-major, holding anything on entry; {@link DoubleArray#NONE}
   *     where the output is a cache
   */
  void apply(List<DoubleArray> inputs, List<DoubleArray> outputs);
}
