package dev.cambium.data;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * A random change of a whole batch each time it is used for training, such as a mixture of its
 * samples. The loader hands it a stream of its own for each (seed, epoch, position of the batch),
 * so that what happens does not depend on the number of threads. It comes last: the samples are
 * preprocessed. Used from several threads at once.
 */
@FunctionalInterface
public interface BatchTransform {
  /**
   * Changes a batch in place. What needs two samples leaves a batch of one as it is.
   *
   * @param images FLOAT32 {@code [N, ...]}, N at least 1
   * @param targets FLOAT32 {@code [N, classes]}: at first a one in the column of each sample's
   *     label and zeros beside it, afterwards a distribution in each row
   * @param random what decides
   */
  void apply(HostArray images, HostArray targets, RandomStream random);

  /**
   * Checks that samples of a shape can be changed; asked before the first batch.
   *
   * @throws IllegalArgumentException when they cannot
   */
  default void check(Shape sampleShape) {}
}
