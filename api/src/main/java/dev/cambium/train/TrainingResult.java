package dev.cambium.train;

/**
 * How a training ended.
 *
 * @param outcome why
 * @param progress how far it came
 */
public record TrainingResult(Outcome outcome, TrainingProgress progress) {
  /** Why a training ended. */
  public enum Outcome {
    /** All epochs are done. */
    COMPLETED,
    /** The validation result did not improve any more. */
    STOPPED_EARLY,
    /** Somebody asked for it; the last checkpoint goes on from here. */
    INTERRUPTED,
    /** The loss or a score stopped being a number. */
    DIVERGED
  }
}
