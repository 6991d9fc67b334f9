package dev.cambium.cpu;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies between dense row-major arrays of the host and buffers, and fills buffers. To be called on
 * the submission thread.
 */
final class CpuTransfer {
  private final CpuParallel parallel;

  CpuTransfer(CpuParallel parallel) {
    this.parallel = parallel;
  }

  /** Row-major to the buffer's own order. */
  void upload(ByteBuffer dense, CpuBuffer to) {
    ByteBuffer source = checked("dense", dense, to);
    Shape shape = to.tensorType().shape();
    if (CpuLayout.isPermuted(shape)) {
      Transposition.toChannelsLast(parallel, shape, elementBytes(to), source, to.bytes());
    } else {
      to.bytes().duplicate().put(source);
    }
  }

  /** The buffer's own order to row-major. */
  void download(CpuBuffer from, ByteBuffer dense) {
    ByteBuffer target = checked("dense", dense, from);
    Shape shape = from.tensorType().shape();
    if (CpuLayout.isPermuted(shape)) {
      Transposition.toRowMajor(parallel, shape, elementBytes(from), from.bytes(), target);
    } else {
      target.put(from.bytes().duplicate());
    }
  }

  /** Memory to memory. */
  void copy(CpuBuffer from, CpuBuffer to) {
    if (!from.type().equals(to.type())) {
      throw new IllegalArgumentException(
          "copy needs two buffers of the same type, got " + from.type() + " and " + to.type());
    }
    to.bytes().duplicate().put(from.bytes().duplicate());
  }

  /** Every element becomes {@code value}, rounded to the element type. */
  void fill(CpuBuffer buffer, double value) {
    ByteBuffer bytes = buffer.bytes();
    DType dtype = buffer.tensorType().dtype();
    int size = dtype.bytes();
    int count = bytes.capacity() / size;
    for (int i = 0; i < count; i++) {
      switch (dtype) {
        case FLOAT32 -> bytes.putFloat(i * size, (float) value);
        case FLOAT64 -> bytes.putDouble(i * size, value);
        case INT32 -> bytes.putInt(i * size, (int) value);
        case INT64 -> bytes.putLong(i * size, (long) value);
        case UINT8 -> bytes.put(i, (byte) (int) value);
      }
    }
  }

  private static int elementBytes(CpuBuffer buffer) {
    return buffer.tensorType().dtype().bytes();
  }

  private static ByteBuffer checked(String name, ByteBuffer dense, CpuBuffer buffer) {
    long expected = buffer.tensorType().bytes();
    if (dense.remaining() != expected) {
      throw new IllegalArgumentException(
          name
              + " must have "
              + expected
              + " bytes left for "
              + buffer.type()
              + ", got "
              + dense.remaining());
    }
    return dense.slice().order(ByteOrder.nativeOrder());
  }
}
