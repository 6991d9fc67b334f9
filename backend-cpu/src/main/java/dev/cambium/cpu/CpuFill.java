package dev.cambium.cpu;

import dev.cambium.op.Fill;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** {@link Fill} of any element type: the same bits in every element. */
final class CpuFill extends CpuLoop {
  private final int elementBytes;
  private final long bits;
  private ByteBuffer bytes;
  private IntBuffer ints;
  private LongBuffer longs;

  CpuFill(CpuPlatform platform, Fill op) {
    super(platform, op.type().shape().size(), GRAIN);
    this.elementBytes = op.type().dtype().bytes();
    this.bits = bits(op.type().dtype(), op.value());
  }

  private static long bits(DType dtype, double value) {
    return switch (dtype) {
      case FLOAT32 -> Float.floatToRawIntBits((float) value);
      case FLOAT64 -> Double.doubleToRawLongBits(value);
      case INT32, UINT8 -> (int) value;
      case INT64 -> (long) value;
    };
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    CpuBuffer y = CpuBuffer.of(outputs[0]);
    switch (elementBytes) {
      case 1 -> bytes = y.bytes();
      case 4 -> ints = y.ints();
      default -> longs = y.longs();
    }
  }

  @Override
  public void run(int chunk, long from, long to) {
    switch (elementBytes) {
      case 1 -> fill(bytes, (byte) bits, (int) from, (int) to);
      case 4 -> fill(ints, (int) bits, (int) from, (int) to);
      default -> fill(longs, bits, (int) from, (int) to);
    }
  }

  private static void fill(ByteBuffer y, byte value, int from, int to) {
    for (int i = from; i < to; i++) {
      y.put(i, value);
    }
  }

  private static void fill(IntBuffer y, int value, int from, int to) {
    for (int i = from; i < to; i++) {
      y.put(i, value);
    }
  }

  private static void fill(LongBuffer y, long value, int from, int to) {
    for (int i = from; i < to; i++) {
      y.put(i, value);
    }
  }
}
