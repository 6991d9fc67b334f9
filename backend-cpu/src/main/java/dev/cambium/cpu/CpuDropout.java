package dev.cambium.cpu;

import dev.cambium.op.Dropout;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * {@link Dropout}: elements are counted in the order in which they lie in memory. Random words are
 * computed by blocks.
 */
final class CpuDropout extends CpuLoop {
  private static final int BLOCK = 4 * PhiloxBlock.SIZE;

  private final Workspaces<Block> blocks;
  private final Dropout op;
  private final int[] rng = new int[4];
  private FloatBuffer x;
  private FloatBuffer y;

  CpuDropout(CpuPlatform platform, Dropout op, List<ValueType> inputs) {
    super(platform, ((TensorType) inputs.get(0)).shape().size(), 2 * BLOCK);
    this.op = op;
    this.blocks = new Workspaces<>(platform, Block::new);
  }

  private static final class Block {
    private final PhiloxBlock random = new PhiloxBlock();
    private final float[] values = new float[BLOCK];
  }

  @Override
  void begin(Buffer[] inputs, Buffer[] outputs) {
    x = CpuBuffer.of(inputs[0]).floats();
    IntBuffer words = CpuBuffer.of(inputs[1]).ints();
    for (int i = 0; i < rng.length; i++) {
      rng[i] = words.get(i);
    }
    y = CpuBuffer.of(outputs[0]).floats();
  }

  @Override
  public void run(int chunk, long from, long to) {
    Block block = blocks.take();
    try {
      for (int at = (int) from; at < to; at += BLOCK) {
        int n = (int) Math.min(BLOCK, to - at);
        drop(block, at, n);
      }
    } finally {
      blocks.give(block);
    }
  }

  private void drop(Block block, int at, int n) {
    int counters = (n + 3) / 4;
    x.get(at, block.values, 0, n);
    block.random.generate(rng[0], rng[1], at / 4, rng[2], rng[3], op.stream(), counters);
    for (int word = 0; word < 4; word++) {
      mask(block.random.words(word), counters, op.threshold());
    }
    select(block.values, block.random, counters, op.scale());
    y.put(at, block.values, 0, n);
  }

  /** Replaces each word by all ones where it is at least the threshold, unsigned, else by 0. */
  private static void mask(int[] words, int n, long threshold) {
    if (threshold > 0xFFFFFFFFL) {
      Arrays.fill(words, 0, n, 0);
      return;
    }
    int t = (int) threshold;
    for (int i = 0; i < n; i++) {
      int w = words[i];
      // The sign of this is the borrow of the unsigned subtraction w - t.
      words[i] = ~(((~w & t) | ((~w | t) & (w - t))) >> 31);
    }
  }

  private static void select(float[] values, PhiloxBlock random, int counters, float scale) {
    int[] mask0 = random.words(0);
    int[] mask1 = random.words(1);
    int[] mask2 = random.words(2);
    int[] mask3 = random.words(3);
    for (int i = 0; i < counters; i++) {
      int at = 4 * i;
      values[at] = select(values[at], mask0[i], scale);
      values[at + 1] = select(values[at + 1], mask1[i], scale);
      values[at + 2] = select(values[at + 2], mask2[i], scale);
      values[at + 3] = select(values[at + 3], mask3[i], scale);
    }
  }

  /** Bits instead of a branch, which nobody could predict. */
  private static float select(float value, int mask, float scale) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(value * scale) & mask);
  }
}
