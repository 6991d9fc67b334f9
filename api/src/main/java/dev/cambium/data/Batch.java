package dev.cambium.data;

import dev.cambium.tensor.HostArray;
import java.util.Objects;
import java.util.Optional;

/**
 * Samples that go through a step together. The arrays belong to the loader and are valid until the
 * next batch is asked for, or the epoch or the loader is closed.
 *
 * @param images FLOAT32 {@code [N, C, H, W]}, preprocessed, and mixed where there are soft targets
 * @param labels INT32 {@code [N]}, of the samples as they were before they were mixed
 * @param indices which samples of the data set these are, in order
 * @param epoch the pass over the data, from 0
 * @param position the place of this batch in the epoch, from 0
 * @param softTargets FLOAT32 {@code [N, classes]}, each row a distribution over the classes; there
 *     where the loader has a {@link BatchTransform}
 */
public record Batch(
    HostArray images,
    HostArray labels,
    int[] indices,
    int epoch,
    int position,
    Optional<HostArray> softTargets) {
  /** Checks that there is no null for no soft targets. */
  public Batch {
    Objects.requireNonNull(softTargets, "softTargets");
  }

  /** A batch of labels alone. */
  public Batch(HostArray images, HostArray labels, int[] indices, int epoch, int position) {
    this(images, labels, indices, epoch, position, Optional.empty());
  }

  /** The number of samples. */
  public int size() {
    return indices.length;
  }
}
