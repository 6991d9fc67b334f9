package dev.cambium.benchmarks;

import dev.cambium.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What every contestant computes on: random images and labels in host memory, made before the clock
 * runs. There are several batches, so that no contestant finds its input in a cache and the loss
 * does not run against 0.
 *
 * @param batches the batches, used in turn
 */
record Workload(List<RandomBatch> batches) {
  static final int BATCH = 64;
  static final int CLASSES = 10;
  static final Shape SAMPLE = Shape.of(3, 32, 32);
  static final double LEARNING_RATE = 1e-3;
  static final double MOMENTUM = 0.9;

  private static final int BATCHES = 32;

  /**
   * A batch.
   *
   * @param images 64 x 3 x 32 x 32 floats drawn from N(0, 1), NCHW, in direct memory in native byte
   *     order
   * @param labels 64 classes
   */
  record RandomBatch(ByteBuffer images, int[] labels) {}

  /** The same batches for the same seed. */
  static Workload random(long seed) {
    Random random = new Random(seed);
    List<RandomBatch> batches = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      int pixels = BATCH * SAMPLE.intSize();
      ByteBuffer images =
          ByteBuffer.allocateDirect(pixels * Float.BYTES).order(ByteOrder.nativeOrder());
      for (int j = 0; j < pixels; j++) {
        images.putFloat(j * Float.BYTES, (float) random.nextGaussian());
      }
      batches.add(new RandomBatch(images, random.ints(BATCH, 0, CLASSES).toArray()));
    }
    return new Workload(List.copyOf(batches));
  }

  /** The batch of a step. */
  RandomBatch batch(long step) {
    return batches.get((int) (step % batches.size()));
  }
}
