package dev.cambium.train;

import java.io.IOException;
import java.util.Set;

/**
 * Sees everything that happens in a training, on its thread. What a listener does or asks for never
 * changes the weights.
 */
public interface TrainingListener {
  /** A training begins, or goes on, with an epoch of {@code batches} batches. */
  default void started(TrainingProgress progress, int epochs, int batches) throws IOException {}

  /**
   * The values to fetch at a step, by name: {@code loss}, {@code scores}, {@code PATH.output} for
   * the output of the layer at a path, {@code gradient.NAME} for the gradient of a parameter. They
   * come with the report, which is made at this step then.
   */
  default Set<String> watches(long step) {
    return Set.of();
  }

  /** Some steps are done. */
  default void stepped(StepReport report) throws IOException {}

  /**
   * An epoch is done and validated. Where weights are averaged, the model has the averages here, as
   * they were validated.
   */
  default void epochEnded(EpochReport report) throws IOException {}

  /** A checkpoint of this progress is about to be written. */
  default void checkpointing(TrainingProgress progress) throws IOException {}

  /** The training has ended. */
  default void ended(TrainingResult result) throws IOException {}
}
