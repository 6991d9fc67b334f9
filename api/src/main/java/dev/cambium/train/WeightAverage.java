package dev.cambium.train;

import java.util.OptionalDouble;

/**
 * How an average of the weights follows them through a training: at some moments it becomes (1 - s)
 * average + s weights, with a share s of [0, 1]. It begins as the weights before the first step. An
 * average is often better than the weights of any step, as these move around a minimum.
 *
 * <p>Averaged are parameters and running statistics; counters such as {@code num_batches_tracked}
 * are those of the training.
 */
public interface WeightAverage {
  /**
   * The share of the new weights after an update.
   *
   * @param update updates made before it, so 0 at the first
   * @return s, or nothing to leave the average as it is
   */
  default OptionalDouble afterUpdate(long update) {
    return OptionalDouble.empty();
  }

  /**
   * The share of the weights at the end of an epoch, before its validation.
   *
   * @param epoch the epoch, from 1
   * @return s, or nothing to leave the average as it is
   */
  default OptionalDouble afterEpoch(int epoch) {
    return OptionalDouble.empty();
  }

  /**
   * An average that forgets: decay average + (1 - decay) weights after each update.
   *
   * @param decay of [0, 1): 0.99 to 0.9999, so that 1 / (1 - decay) updates are a part of the
   *     training, such as one to some epochs
   */
  static ExponentialAverage exponential(double decay) {
    return new ExponentialAverage(decay, false);
  }

  /**
   * The mean of the weights at the ends of epochs.
   *
   * @param fromEpoch the first of them, from 1
   */
  static UniformAverage uniform(int fromEpoch) {
    return new UniformAverage(fromEpoch);
  }
}
