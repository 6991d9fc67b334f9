package dev.cambium.data.preprocess;

/** By what the squares are divided in a standard deviation of {@code N} samples. */
public enum Deviation {
  /** {@code N - 1}: the unbiased variance, what {@code std} of Torch and PyTorch gives. */
  SAMPLE(1),
  /** {@code N}: the variance of these very samples, what {@code std} of NumPy gives. */
  POPULATION(0);

  private final int lost;

  Deviation(int lost) {
    this.lost = lost;
  }

  /**
   * The denominator.
   *
   * @throws IllegalArgumentException when there are too few samples for it
   */
  long denominator(long samples) {
    if (samples <= lost) {
      throw new IllegalArgumentException(
          "a variance %s needs at least %d training samples, got %d"
              .formatted(this == SAMPLE ? "with N - 1" : "with N", lost + 1, samples));
    }
    return samples - lost;
  }
}
