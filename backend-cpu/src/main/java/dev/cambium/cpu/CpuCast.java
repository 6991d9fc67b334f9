package dev.cambium.cpu;

import dev.cambium.op.Cast;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * {@link Cast} between any two element types, by way of doubles, which hold every value exactly but
 * an INT64 beyond 2^53.
 */
final class CpuCast extends CpuLoop {
  private static final int BLOCK = 1024;

  private final Workspaces<double[]> blocks;
  private final DType source;
  private final DType target;
  private ByteBuffer x;
  private ByteBuffer y;

  CpuCast(CpuPlatform platform, Cast op, List<ValueType> inputs) {
    super(platform, ((TensorType) inputs.get(0)).shape().size(), GRAIN / 2);
    this.source = ((TensorType) inputs.get(0)).dtype();
    this.target = op.to();
    this.blocks = new Workspaces<>(platform, () -> new double[BLOCK]);
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    x = CpuBuffer.of(inputs[0]).bytes();
    y = CpuBuffer.of(outputs[0]).bytes();
  }

  @Override
  public void run(int chunk, long from, long to) {
    double[] block = blocks.take();
    try {
      for (int at = (int) from; at < to; at += BLOCK) {
        int n = (int) Math.min(BLOCK, to - at);
        read(x, source, at, block, n);
        write(y, target, at, block, n);
      }
    } finally {
      blocks.give(block);
    }
  }

  private static void read(ByteBuffer x, DType dtype, int at, double[] block, int n) {
    for (int i = 0; i < n; i++) {
      int index = at + i;
      block[i] =
          switch (dtype) {
            case FLOAT32 -> x.getFloat(index * 4);
            case FLOAT64 -> x.getDouble(index * 8);
            case INT32 -> x.getInt(index * 4);
            case INT64 -> x.getLong(index * 8);
            case UINT8 -> x.get(index) & 0xFF;
          };
    }
  }

  private static void write(ByteBuffer y, DType dtype, int at, double[] block, int n) {
    for (int i = 0; i < n; i++) {
      int index = at + i;
      double value = block[i];
      switch (dtype) {
        case FLOAT32 -> y.putFloat(index * 4, (float) value);
        case FLOAT64 -> y.putDouble(index * 8, value);
        case INT32 -> y.putInt(index * 4, (int) value);
        case INT64 -> y.putLong(index * 8, (long) value);
        case UINT8 -> y.put(index, (byte) Math.min(255, Math.max(0, (int) value)));
      }
    }
  }
}
