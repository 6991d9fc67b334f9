package dev.cambium.runtime;

import dev.cambium.op.Value;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Memory;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.ValueType;

/**
 * A value in a backend's memory, which it owns; close it when it is no longer needed. Use after
 * close throws.
 */
public final class Tensor implements Value, AutoCloseable {
  private final Backend backend;
  private final ValueType type;
  private final Memory memory;
  private final Buffer buffer;
  private final LeakReport leak;
  private boolean closed;

  Tensor(Backend backend, ValueType type) {
    this.backend = backend;
    this.type = type;
    this.memory = backend.allocate(Math.max(1, backend.bytes(type)));
    this.buffer = bound(backend, type, memory);
    this.leak = LeakReport.watch(this, "a tensor of type " + type);
  }

  private static Buffer bound(Backend backend, ValueType type, Memory memory) {
    try {
      return backend.bind(memory, type);
    } catch (RuntimeException | Error e) {
      Plan.closeAfter(e, memory);
      throw e;
    }
  }

  /** Copies {@code value} to {@code backend}. */
  public static Tensor of(Backend backend, HostArray value) {
    Tensor tensor = new Tensor(backend, value.type());
    try {
      backend.upload(value.bytes(), tensor.buffer);
      return tensor;
    } catch (RuntimeException | Error e) {
      Plan.closeAfter(e, tensor);
      throw e;
    }
  }

  /** Where the value is. */
  public Backend backend() {
    return backend;
  }

  @Override
  public ValueType type() {
    return type;
  }

  /** A copy on the host; waits for the device. */
  public HostArray toHost() {
    HostArray value = HostArray.allocate(tensorType());
    backend.download(buffer(), value.bytes());
    return value;
  }

  Buffer buffer() {
    if (closed) {
      throw new IllegalStateException("the tensor of type " + type + " is closed");
    }
    return buffer;
  }

  /** Frees the memory. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      memory.close();
      leak.closed();
    }
  }

  @Override
  public String toString() {
    return "Tensor " + type + " on " + backend.name();
  }
}
