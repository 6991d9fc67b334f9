package dev.cambium.data;

import dev.cambium.tensor.HostArray;

/**
 * Samples that go through a step together. The arrays belong to the loader and are valid until the
 * next batch is asked for, or the epoch or the loader is closed.
 *
 * @param images FLOAT32 {@code [N, C, H, W]}, preprocessed
 * @param labels INT32 {@code [N]}
 * @param indices which samples of the data set these are, in order
 * @param epoch the pass over the data, from 0
 * @param position the place of this batch in the epoch, from 0
 */
public record Batch(HostArray images, HostArray labels, int[] indices, int epoch, int position) {
  /** The number of samples. */
  public int size() {
    return indices.length;
  }
}
