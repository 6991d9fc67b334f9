package dev.cambium.data;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * A change of whole batches, and the seed that decides it.
 *
 * @param transform the change
 * @param seed with epoch and position, what it draws
 */
record BatchMixing(BatchTransform transform, long seed) {
  /** Fills {@code targets} from the labels and changes the batch. */
  void apply(HostArray images, HostArray labels, HostArray targets, int epoch, int position) {
    FloatBuffer rows = targets.bytes().asFloatBuffer();
    IntBuffer classes = labels.bytes().asIntBuffer();
    float[] row = new float[targets.shape().dim(1)];
    for (int i = 0; i < classes.limit(); i++) {
      row[classes.get(i)] = 1;
      rows.put(row);
      row[classes.get(i)] = 0;
    }
    transform.apply(images, targets, new RandomStream(seed, "mix/" + epoch + "/" + position));
  }
}
