package dev.cambium.cpu;

import dev.cambium.spi.Buffer;
import java.nio.IntBuffer;

/**
 * The gradient of a ReLU: dy where y &gt; 0, and exactly 0 elsewhere. oneDNN multiplies by the
 * derivative, which makes NaN of 0 times infinity; here the bits are masked.
 */
final class CpuReluGradient extends CpuKernel implements CpuParallel.Body {
  private static final int GRAIN = 1 << 15;
  private static final int TILE = 1 << 11;
  private static final int INFINITY = 0x7F800000;

  private final CpuParallel parallel;
  private final long size;
  private IntBuffer dy;
  private IntBuffer y;
  private IntBuffer dx;

  CpuReluGradient(CpuPlatform platform, long size) {
    super(platform);
    this.parallel = platform.parallel();
    this.size = size;
  }

  @Override
  void execute(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    dy = CpuBuffer.of(inputs[0]).bytes().asIntBuffer();
    y = CpuBuffer.of(inputs[1]).bytes().asIntBuffer();
    dx = CpuBuffer.of(outputs[0]).bytes().asIntBuffer();
    parallel.loop(size, GRAIN, this);
  }

  @Override
  public void run(int chunk, long from, long to) {
    // Loops over arrays become vector instructions, loops over native memory do not.
    int[] gradient = new int[TILE];
    int[] value = new int[TILE];
    for (int at = (int) from; at < to; at += TILE) {
      int length = (int) Math.min(TILE, to - at);
      dy.get(at, gradient, 0, length);
      y.get(at, value, 0, length);
      mask(gradient, value, length);
      dx.put(at, gradient, 0, length);
    }
  }

  /** The bits of a float are those of an int above 0 and at most infinity's where it is above 0. */
  private static void mask(int[] gradient, int[] value, int length) {
    for (int i = 0; i < length; i++) {
      int bits = value[i];
      gradient[i] &= (-bits & ~bits & (bits - INFINITY - 1)) >> 31;
    }
  }
}
