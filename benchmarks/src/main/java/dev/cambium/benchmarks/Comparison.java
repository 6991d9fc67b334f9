package dev.cambium.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Rounds of two contestants on the same work. The ratio is taken within each round, whose two parts
 * ran right after each other, and the median of the ratios counts: what else the machine does
 * changes more slowly than that, so it slows both parts of most rounds alike.
 *
 * @param work what was done
 * @param threads with how many threads
 * @param first whose speed is the numerator
 * @param second whose speed is the denominator
 * @param rounds the speeds, in the order of measurement
 */
record Comparison(Work work, int threads, Peer first, Peer second, List<Round> rounds) {
  /** The speeds of both contestants, measured one right after the other. */
  record Round(Speed first, Speed second) {
    double ratio() {
      return first.imagesPerSecond() / second.imagesPerSecond();
    }
  }

  /** Copies the list. */
  Comparison {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("rounds of a comparison must be at least one, got none");
    }
  }

  /** The median of the rounds' ratios. */
  double ratio() {
    return median(ratios());
  }

  private double[] ratios() {
    return rounds.stream().mapToDouble(Round::ratio).toArray();
  }

  /** The middle value, or the mean of the two in the middle. */
  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /**
   * One line: {@code training threads 2 cambium 1470 images/s djl-pytorch 540 images/s ratio 2.72
   * (2.60 to 2.81)}; in brackets the lowest and the highest ratio of a round.
   */
  String line() {
    double[] ratios = ratios();
    return String.format(
        Locale.ROOT,
        "%-9s  threads %d  %s %.0f images/s  %s %.0f images/s  ratio %.2f  (%.2f to %.2f in %d rounds)",
        work.title(),
        threads,
        first.id(),
        median(rounds.stream().mapToDouble(round -> round.first().imagesPerSecond()).toArray()),
        second.id(),
        median(rounds.stream().mapToDouble(round -> round.second().imagesPerSecond()).toArray()),
        ratio(),
        Arrays.stream(ratios).min().getAsDouble(),
        Arrays.stream(ratios).max().getAsDouble(),
        rounds.size());
  }
}
