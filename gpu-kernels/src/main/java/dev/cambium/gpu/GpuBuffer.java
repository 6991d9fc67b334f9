package dev.cambium.gpu;

import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;

/**
 * A typed view of a {@link GpuSlot}.
 *
 * @param slot the memory
 * @param offset where the value begins, a multiple of 512
 * @param type what lies there
 */
record GpuBuffer(GpuSlot slot, long offset, ValueType type) implements Buffer {
  /**
   * The buffer as one of these backends.
   *
   * @throws IllegalArgumentException when it is another backend's
   */
  static GpuBuffer of(Buffer buffer) {
    if (buffer instanceof GpuBuffer own) {
      return own;
    }
    throw new IllegalArgumentException(
        "a buffer of a GPU backend was expected, got "
            + (buffer == null ? "null" : buffer.getClass().getName()));
  }

  /** The type of a buffer that holds a tensor. */
  TensorType tensorType() {
    if (type instanceof TensorType tensor) {
      return tensor;
    }
    throw new IllegalArgumentException("a tensor was expected, got the cache " + type);
  }

  /** Where the value begins, the memory being open. */
  GpuMemory memory() {
    return slot.open();
  }
}
