package dev.cambium.gpu;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies a channels-last value from and to the device while the host re-orders it, piece by piece:
 * slow, but it takes no memory of the device.
 *
 * @param context the device
 * @param type the type of the value, of rank 4
 * @param dense the elements in row-major order, from the position on, in native byte order
 */
record HostReordering(GpuContext context, TensorType type, ByteBuffer dense) {
  private static final int PIECE = 1 << 20;

  /** Row-major to the order of memory. */
  void upload(GpuMemory to, long offset) {
    ByteBuffer piece = piece();
    for (long begin = 0; begin < type.bytes(); begin += PIECE) {
      piece.clear().limit((int) Math.min(PIECE, type.bytes() - begin));
      for (int at = 0; at < piece.limit(); at += width()) {
        copy(dense, rowMajor(begin + at), piece, at);
      }
      context.write(piece.duplicate(), to, offset + begin);
    }
  }

  /** The order of memory to row-major; waits. */
  void download(GpuMemory from, long offset) {
    ByteBuffer piece = piece();
    for (long begin = 0; begin < type.bytes(); begin += PIECE) {
      piece.clear().limit((int) Math.min(PIECE, type.bytes() - begin));
      context.read(from, offset + begin, piece.duplicate());
      for (int at = 0; at < piece.limit(); at += width()) {
        copy(piece, at, dense, rowMajor(begin + at));
      }
    }
  }

  private ByteBuffer piece() {
    return ByteBuffer.allocate((int) Math.min(PIECE, type.bytes())).order(ByteOrder.nativeOrder());
  }

  private int width() {
    return type.dtype().bytes();
  }

  /** Where in {@code dense} the element is that lies at this byte of the value in memory. */
  private int rowMajor(long at) {
    Shape shape = type.shape();
    int channels = shape.dim(1);
    long pixels = shape.size(2, 4);
    long element = at / width();
    long pixel = element / channels;
    long plane = pixel / pixels * channels + element % channels;
    return dense.position() + Math.toIntExact((plane * pixels + pixel % pixels) * width());
  }

  private void copy(ByteBuffer from, int source, ByteBuffer to, int target) {
    switch (width()) {
      case 1 -> to.put(target, from.get(source));
      case 4 -> to.putInt(target, from.getInt(source));
      default -> to.putLong(target, from.getLong(source));
    }
  }
}
