package dev.cambium.train;

/**
 * Ends a training when the validation result has not improved for some epochs (L. Prechelt: "Early
 * Stopping - But When?", 1998).
 *
 * @param patience epochs without a better result that are accepted; at least 1
 */
public record EarlyStopping(int patience) {
  /** Checks the patience. */
  public EarlyStopping {
    if (patience < 1) {
      throw new IllegalArgumentException(
          "patience of EarlyStopping must be at least 1, got " + patience);
    }
  }

  boolean stops(TrainingProgress progress) {
    return progress.bestEpoch() > 0 && progress.epoch() - progress.bestEpoch() >= patience;
  }
}
