package dev.cambium.spi;

import dev.cambium.tensor.ValueType;

/** A buffer of a {@link CheckingBackend} over one of the backend that it checks. */
record CheckedBuffer(CheckedMemory memory, long offset, ValueType type, Buffer buffer)
    implements Buffer {
  /** The other backend's buffer, or an error when its memory was closed. */
  Buffer open() {
    memory.open();
    return buffer;
  }
}
