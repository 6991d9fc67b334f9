package dev.cambium.cpu;

import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies between dense row-major arrays of the host and buffers, and fills buffers, all on the
 * calling thread: a hand-off would take longer than most of them.
 */
final class CpuTransfer {
  private static final long FILL_BYTES = 1 << 12;

  private CpuTransfer() {}

  /** Row-major to the buffer's own order. */
  static void upload(ByteBuffer dense, CpuBuffer to) {
    ByteBuffer source = checked("dense", dense, to);
    Shape shape = to.tensorType().shape();
    if (ChannelsLast.isPermuted(shape)) {
      Transposition.toChannelsLast(CpuParallel.INLINE, shape, elementBytes(to), source, to.bytes());
    } else {
      to.bytes().duplicate().put(source);
    }
  }

  /** The buffer's own order to row-major. */
  static void download(CpuBuffer from, ByteBuffer dense) {
    ByteBuffer target = checked("dense", dense, from);
    Shape shape = from.tensorType().shape();
    if (ChannelsLast.isPermuted(shape)) {
      Transposition.toRowMajor(CpuParallel.INLINE, shape, elementBytes(from), from.bytes(), target);
    } else {
      target.put(from.bytes().duplicate());
    }
  }

  /** Memory to memory. */
  static void copy(CpuBuffer from, CpuBuffer to) {
    if (!from.type().equals(to.type())) {
      throw new IllegalArgumentException(
          "copy needs two buffers of the same type, got " + from.type() + " and " + to.type());
    }
    to.bytes().duplicate().put(from.bytes().duplicate());
  }

  /** Every element becomes {@code value}, rounded to the element type. */
  static void fill(CpuBuffer buffer, double value) {
    ByteBuffer bytes = buffer.bytes();
    TensorType one = new TensorType(buffer.tensorType().dtype(), Shape.of(1));
    ByteBuffer element = HostArray.of(one, new double[] {value}).bytes();
    byte[] pattern = new byte[(int) Math.min(bytes.capacity(), FILL_BYTES)];
    for (int i = 0; i < pattern.length; i++) {
      pattern[i] = element.get(i % element.capacity());
    }
    for (int at = 0; at < bytes.capacity(); at += pattern.length) {
      bytes.put(at, pattern, 0, Math.min(pattern.length, bytes.capacity() - at));
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
