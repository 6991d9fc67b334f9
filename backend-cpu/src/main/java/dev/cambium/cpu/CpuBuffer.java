package dev.cambium.cpu;

import dev.cambium.spi.Buffer;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.bytedeco.javacpp.BytePointer;

/**
 * A typed view of a {@link CpuMemory}. Rank-4 values lie channels-last (dimensions d0,d1,d2,d3 are
 * stored as d0,d2,d3,d1), all others row-major, without gaps.
 */
final class CpuBuffer implements Buffer {
  private final CpuMemory memory;
  private final long offset;
  private final ValueType type;
  private final NativeAddress pointer;
  private ByteBuffer bytes;
  private FloatBuffer floats;
  private IntBuffer ints;
  private LongBuffer longs;

  CpuBuffer(CpuMemory memory, long offset, ValueType type) {
    this.memory = memory;
    this.offset = offset;
    this.type = type;
    this.pointer = new NativeAddress(memory.address() + offset);
  }

  /**
   * The buffer as one of this backend.
   *
   * @throws IllegalArgumentException when it is another backend's
   */
  static CpuBuffer of(Buffer buffer) {
    if (buffer instanceof CpuBuffer own) {
      return own;
    }
    throw new IllegalArgumentException(
        "a buffer of the cpu backend was expected, got "
            + (buffer == null ? "null" : buffer.getClass().getName()));
  }

  @Override
  public ValueType type() {
    return type;
  }

  /** The type of a buffer that holds a tensor. */
  TensorType tensorType() {
    if (type instanceof TensorType tensor) {
      return tensor;
    }
    throw new IllegalArgumentException("a tensor was expected, got the cache " + type);
  }

  /**
   * The address of the first element.
   *
   * @throws IllegalStateException when the memory was closed
   */
  long address() {
    return memory.address() + offset;
  }

  /** The address for native calls, made once. */
  NativeAddress pointer() {
    memory.address();
    return pointer;
  }

  /**
   * The value's bytes in native order, from position 0, made once: use absolute accesses, or
   * duplicate it.
   */
  ByteBuffer bytes() {
    memory.address();
    if (bytes == null) {
      bytes = view(pointer, ChannelsLast.bytes(type));
    }
    return bytes;
  }

  /** The memory as floats, made once: absolute accesses only. */
  FloatBuffer floats() {
    ByteBuffer memoryBytes = bytes();
    if (floats == null) {
      floats = memoryBytes.asFloatBuffer();
    }
    return floats;
  }

  /** The memory as ints, made once: absolute accesses only. */
  IntBuffer ints() {
    ByteBuffer memoryBytes = bytes();
    if (ints == null) {
      ints = memoryBytes.asIntBuffer();
    }
    return ints;
  }

  /** The memory as longs, made once: absolute accesses only. */
  LongBuffer longs() {
    ByteBuffer memoryBytes = bytes();
    if (longs == null) {
      longs = memoryBytes.asLongBuffer();
    }
    return longs;
  }

  private static ByteBuffer view(NativeAddress address, long size) {
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a value of " + size + " bytes is larger than a ByteBuffer; use a smaller batch");
    }
    if (size == 0) {
      return ByteBuffer.allocateDirect(0).order(ByteOrder.nativeOrder());
    }
    BytePointer pointer = new BytePointer(address);
    pointer.capacity(size);
    return pointer.asByteBuffer().order(ByteOrder.nativeOrder());
  }
}
