package dev.cambium.spi.reference;

import dev.cambium.spi.Buffer;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.Arrays;

/** Elements of a memory from {@code first} on, under a type. */
record ReferenceBuffer(ReferenceMemory memory, int first, ValueType type) implements Buffer {
  /** The type, which must be a tensor's. */
  TensorType tensorType() {
    if (type instanceof TensorType tensor) {
      return tensor;
    }
    throw new IllegalArgumentException("a buffer with a tensor was expected, got a cache");
  }

  /** The number of elements. */
  int size() {
    return type instanceof TensorType tensor ? tensor.shape().intSize() : 0;
  }

  /**
   * The elements for a host function: the memory itself when it has exactly the right size, else a
   * copy, which {@link #keep} brings back.
   */
  DoubleArray array() {
    double[] values = memory.values();
    if (!(type instanceof TensorType tensor)) {
      return DoubleArray.NONE;
    }
    boolean whole = values.length == size();
    return new DoubleArray(
        tensor.shape(), whole ? values : Arrays.copyOfRange(values, first, first + size()));
  }

  /** Writes back what a host function left in {@code array}; integers are truncated. */
  void keep(DoubleArray array) {
    double[] values = memory.values();
    if (array.values() != values) {
      System.arraycopy(array.values(), 0, values, first, size());
    }
    if (type instanceof TensorType tensor && !tensor.dtype().isFloating()) {
      for (int i = first; i < first + size(); i++) {
        values[i] = truncated(values[i], tensor);
      }
    }
  }

  private static double truncated(double value, TensorType type) {
    return switch (type.dtype()) {
      case INT32 -> (int) value;
      case INT64 -> (long) value;
      case UINT8 -> Math.min(255, Math.max(0, (int) value));
      case FLOAT32, FLOAT64 -> value;
    };
  }
}
