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
      int planes = shape.dim(1);
      int pixels = (int) shape.size(2, 4);
      transposeEach(source, to.bytes(), to.tensorType().dtype(), shape.dim(0), planes, pixels);
    } else {
      to.bytes().duplicate().put(source);
    }
  }

  /** The buffer's own order to row-major. */
  void download(CpuBuffer from, ByteBuffer dense) {
    ByteBuffer target = checked("dense", dense, from);
    Shape shape = from.tensorType().shape();
    if (CpuLayout.isPermuted(shape)) {
      int planes = shape.dim(1);
      int pixels = (int) shape.size(2, 4);
      transposeEach(from.bytes(), target, from.tensorType().dtype(), shape.dim(0), pixels, planes);
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

  /** Transposes {@code count} matrices of {@code rows} x {@code columns}, one after the other. */
  private void transposeEach(
      ByteBuffer from, ByteBuffer to, DType dtype, int count, int rows, int columns) {
    parallel.loop(
        count,
        1,
        (chunk, first, last) -> {
          for (int i = (int) first; i < last; i++) {
            transpose(from, to, dtype.bytes(), i * rows * columns, rows, columns);
          }
        });
  }

  private static void transpose(
      ByteBuffer from, ByteBuffer to, int size, int offset, int rows, int columns) {
    for (int c = 0; c < columns; c++) {
      for (int r = 0; r < rows; r++) {
        int source = (offset + r * columns + c) * size;
        int target = (offset + c * rows + r) * size;
        switch (size) {
          case 1 -> to.put(target, from.get(source));
          case 4 -> to.putInt(target, from.getInt(source));
          default -> to.putLong(target, from.getLong(source));
        }
      }
    }
  }
}
