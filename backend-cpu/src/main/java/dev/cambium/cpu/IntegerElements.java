package dev.cambium.cpu;

import dev.cambium.tensor.DType;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** The elements of an INT32 or INT64 buffer as longs. */
final class IntegerElements {
  private IntBuffer ints;
  private LongBuffer longs;

  /** Reads and writes {@code buffer} from now on. */
  void bind(CpuBuffer buffer) {
    if (buffer.tensorType().dtype() == DType.INT32) {
      ints = buffer.ints();
      longs = null;
    } else {
      longs = buffer.longs();
      ints = null;
    }
  }

  long get(int index) {
    return ints != null ? ints.get(index) : longs.get(index);
  }

  /** Stores the low bits. */
  void put(int index, long value) {
    if (ints != null) {
      ints.put(index, (int) value);
    } else {
      longs.put(index, value);
    }
  }
}
