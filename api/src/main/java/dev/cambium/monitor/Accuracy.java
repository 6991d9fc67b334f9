package dev.cambium.monitor;

import java.util.Locale;

/**
 * The share of samples whose true class is among the {@code k} classes with the highest scores.
 *
 * @param k how many classes may be named; 1 is the usual accuracy
 * @param correct the samples that were right
 * @param total all samples
 */
public record Accuracy(int k, long correct, long total) {
  /** Checks the counts. */
  public Accuracy {
    if (k < 1 || correct < 0 || correct > total) {
      throw new IllegalArgumentException(
          "accuracy needs k >= 1 and 0 <= correct <= total, got k = "
              + k
              + ", "
              + correct
              + " of "
              + total);
    }
  }

  /** The usual accuracy, with k = 1. */
  public static Accuracy of(long correct, long total) {
    return new Accuracy(1, correct, total);
  }

  /** The share, from 0 to 1; NaN of no samples. */
  public double value() {
    return (double) correct / total;
  }

  /** The name of the metric: {@code accuracy}, {@code top5_accuracy}. */
  public String name() {
    return k == 1 ? "accuracy" : "top" + k + "_accuracy";
  }

  /** The accuracy over these samples and the other's. */
  public Accuracy plus(Accuracy other) {
    if (other.k != k) {
      throw new IllegalArgumentException(
          "accuracies of the same k can be added, got " + k + " and " + other.k);
    }
    return new Accuracy(k, correct + other.correct, total + other.total);
  }

  /** The share and the counts, {@code 0.9730 (973/1000)}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.4f (%d/%d)", value(), correct, total);
  }
}
