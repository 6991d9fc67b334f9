package dev.cambium.toy;

import dev.cambium.spi.Buffer;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;

/** A value in memory, {@code offset} bytes from its beginning. */
record ToyBuffer(ToyMemory memory, int offset, ValueType type) implements Buffer {
  /** The memory itself, read and written as an array. */
  HostArray array() {
    TensorType tensor = (TensorType) type;
    return HostArray.wrap(tensor, memory.data().slice(offset, (int) tensor.bytes()));
  }
}
