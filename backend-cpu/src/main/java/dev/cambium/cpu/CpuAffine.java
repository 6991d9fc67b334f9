package dev.cambium.cpu;

import dev.cambium.op.Affine;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.util.List;

/** {@link Affine} on FLOAT32: product and sum are rounded to FLOAT32, and so are both constants. */
final class CpuAffine extends CpuLoop {
  private final Workspaces<Block> blocks;
  private final float scale;
  private final float shift;
  private FloatBuffer x;
  private FloatBuffer y;

  CpuAffine(CpuPlatform platform, Affine op, List<ValueType> inputs) {
    super(platform, ((TensorType) inputs.get(0)).shape().size(), GRAIN);
    this.blocks = new Workspaces<>(platform, Block::new);
    this.scale = (float) op.scale();
    this.shift = (float) op.shift();
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    x = CpuBuffer.of(inputs[0]).floats();
    y = CpuBuffer.of(outputs[0]).floats();
  }

  @Override
  public void run(int chunk, long from, long to) {
    Block block = blocks.take();
    try {
      for (int at = (int) from; at < to; at += Block.SIZE) {
        int n = (int) Math.min(Block.SIZE, to - at);
        x.get(at, block.a, 0, n);
        line(block.a, n, scale, shift);
        y.put(at, block.a, 0, n);
      }
    } finally {
      blocks.give(block);
    }
  }

  private static void line(float[] x, int n, float scale, float shift) {
    for (int i = 0; i < n; i++) {
      x[i] = scale * x[i] + shift;
    }
  }
}
