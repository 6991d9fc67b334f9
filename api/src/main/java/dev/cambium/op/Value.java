package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;

/**
 * A value that an operation takes or gives; what stands behind it is the business of the {@link
 * Emitter} that made it.
 */
public interface Value {
  /** Element type and shape, or a backend's cache. */
  ValueType type();

  /** The type of a value that is a tensor. */
  default TensorType tensorType() {
    if (type() instanceof TensorType tensor) {
      return tensor;
    }
    throw new IllegalArgumentException("a tensor was expected, got a backend's cache");
  }

  /** The shape of a value that is a tensor. */
  default Shape shape() {
    return tensorType().shape();
  }
}
