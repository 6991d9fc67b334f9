package dev.cambium.examples;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The results of an experiment as a table in Markdown: a row for each treatment with the test
 * accuracy of each seed, their mean, and by how much it lies above the base, seed by seed: the mean
 * of the differences and its standard error. Nothing is compared while the base is missing.
 */
final class ExperimentTable {
  private final List<Long> seeds;
  private final String base;
  private final Map<String, List<Double>> rows = new LinkedHashMap<>();

  /** A table for these seeds, which compares with the row named {@code base}. */
  ExperimentTable(List<Long> seeds, String base) {
    this.seeds = List.copyOf(seeds);
    this.base = base;
  }

  /** Adds a row: an accuracy for each seed, or one for all together. */
  void add(String name, List<Double> accuracies) {
    rows.put(name, List.copyOf(accuracies));
  }

  /** The lines. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        seeds.stream()
            .map(seed -> "seed " + seed)
            .collect(Collectors.joining(" | ", "| treatment | ", " | mean | above the base |")));
    lines.add("|---".repeat(seeds.size() + 3) + "|");
    rows.forEach((name, values) -> lines.add(line(name, values)));
    return lines;
  }

  private String line(String name, List<Double> values) {
    StringBuilder line = new StringBuilder("| " + name + " | ");
    for (int i = 0; i < seeds.size(); i++) {
      line.append(i < values.size() && isOfSeeds(values) ? format(values.get(i)) : "")
          .append(" | ");
    }
    return line.append(format(mean(values)))
        .append(" | ")
        .append(name.equals(base) ? "" : difference(values))
        .append(" |")
        .toString();
  }

  private boolean isOfSeeds(List<Double> values) {
    return values.size() == seeds.size();
  }

  private String difference(List<Double> values) {
    List<Double> ofBase = rows.get(base);
    if (ofBase == null) {
      return "";
    }
    if (!isOfSeeds(values)) {
      return String.format(Locale.ROOT, "%+.4f", mean(values) - mean(ofBase));
    }
    List<Double> differences = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      differences.add(values.get(i) - ofBase.get(i));
    }
    String mean = String.format(Locale.ROOT, "%+.4f", mean(differences));
    return values.size() < 2
        ? mean
        : mean + String.format(Locale.ROOT, " ± %.4f", standardError(differences));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  /** Of the mean of at least two values. */
  static double standardError(List<Double> values) {
    double mean = mean(values);
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.size() - 1) / values.size());
  }

  private static String format(double accuracy) {
    return String.format(Locale.ROOT, "%.4f", accuracy);
  }
}
