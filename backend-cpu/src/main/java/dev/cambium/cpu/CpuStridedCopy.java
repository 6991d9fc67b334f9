package dev.cambium.cpu;

import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/** Fills the result, in the order of its memory, with elements of the input found by strides. */
abstract class CpuStridedCopy extends CpuLoop {
  private final StridedAxes axes;
  private final int elementBytes;
  private ByteBuffer xBytes;
  private ByteBuffer yBytes;
  private IntBuffer xInts;
  private IntBuffer yInts;
  private LongBuffer xLongs;
  private LongBuffer yLongs;

  /**
   * Prepares.
   *
   * @param y the type of the result
   * @param axes how the input is read along the result
   */
  CpuStridedCopy(CpuPlatform platform, TensorType y, StridedAxes axes) {
    super(platform, y.shape().size(), GRAIN);
    this.axes = axes;
    this.elementBytes = y.dtype().bytes();
  }

  @Override
  final void begin(Buffer[] inputs, Buffer[] outputs) {
    CpuBuffer x = CpuBuffer.of(inputs[0]);
    CpuBuffer y = CpuBuffer.of(outputs[0]);
    switch (elementBytes) {
      case 1 -> {
        xBytes = x.bytes();
        yBytes = y.bytes();
      }
      case 4 -> {
        xInts = x.ints();
        yInts = y.ints();
      }
      default -> {
        xLongs = x.longs();
        yLongs = y.longs();
      }
    }
  }

  @Override
  public final void run(int chunk, long from, long to) {
    int length = axes.rowLength();
    int step = axes.rowStride();
    int at = (int) from;
    while (at < to) {
      int n = (int) Math.min(length - at % length, to - at);
      int start = axes.offset(at);
      switch (elementBytes) {
        case 1 -> copy(xBytes, start, step, yBytes, at, n);
        case 4 -> copy(xInts, start, step, yInts, at, n);
        default -> copy(xLongs, start, step, yLongs, at, n);
      }
      at += n;
    }
  }

  private static void copy(ByteBuffer x, int start, int step, ByteBuffer y, int at, int n) {
    for (int i = 0; i < n; i++) {
      y.put(at + i, x.get(start + i * step));
    }
  }

  private static void copy(IntBuffer x, int start, int step, IntBuffer y, int at, int n) {
    for (int i = 0; i < n; i++) {
      y.put(at + i, x.get(start + i * step));
    }
  }

  private static void copy(LongBuffer x, int start, int step, LongBuffer y, int at, int n) {
    for (int i = 0; i < n; i++) {
      y.put(at + i, x.get(start + i * step));
    }
  }
}
