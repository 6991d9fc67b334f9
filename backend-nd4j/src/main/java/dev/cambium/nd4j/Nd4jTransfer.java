package dev.cambium.nd4j;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;

/**
 * Copies between the host and buffers, which lie in memory in the same order, and fills buffers.
 */
final class Nd4jTransfer {
  private static final int FILL_BYTES = 1 << 12;

  private Nd4jTransfer() {}

  static void upload(ByteBuffer dense, Nd4jBuffer to) {
    to.bytes().put(checked(dense, to));
  }

  static void download(Nd4jBuffer from, ByteBuffer dense) {
    checked(dense, from).put(from.bytes());
  }

  static void copy(Nd4jBuffer from, Nd4jBuffer to) {
    if (!from.type().equals(to.type())) {
      throw new IllegalArgumentException(
          "copy needs two buffers of the same type, got " + from.type() + " and " + to.type());
    }
    to.bytes().put(from.bytes());
  }

  /** Every element becomes {@code value}, rounded to the element type as {@link HostArray} does. */
  static void fill(Nd4jBuffer buffer, double value) {
    ByteBuffer bytes = buffer.bytes();
    TensorType one = new TensorType(buffer.tensorType().dtype(), Shape.of(1));
    ByteBuffer element = HostArray.of(one, new double[] {value}).bytes();
    byte[] pattern = new byte[Math.min(bytes.capacity(), FILL_BYTES)];
    for (int i = 0; i < pattern.length; i++) {
      pattern[i] = element.get(i % element.capacity());
    }
    while (bytes.hasRemaining()) {
      bytes.put(pattern, 0, Math.min(pattern.length, bytes.remaining()));
    }
  }

  private static ByteBuffer checked(ByteBuffer dense, Nd4jBuffer buffer) {
    long expected = buffer.tensorType().bytes();
    if (dense.remaining() != expected) {
      throw new IllegalArgumentException(
          "dense must have "
              + expected
              + " bytes left for "
              + buffer.type()
              + ", got "
              + dense.remaining());
    }
    return dense.slice();
  }
}
