package dev.cambium.examples;

import dev.cambium.train.Evaluation;
import java.util.List;
import java.util.Locale;

/** How evaluations are printed. */
final class Report {
  private Report() {}

  /** The line that {@code train} and {@code evaluate} end with. */
  static String lastLine(Evaluation test) {
    return "test accuracy " + share(test.correct(), test.samples());
  }

  /** Everything else that was measured. */
  static List<String> details(Evaluation test, List<String> classNames) {
    return List.of(
        test.confusion().toTable(classNames).stripTrailing(),
        String.format(Locale.ROOT, "loss %.4f", test.loss()),
        "top-" + test.k() + " accuracy " + share(test.topK(), test.samples()));
  }

  private static String share(long correct, long samples) {
    return String.format(Locale.ROOT, "%.4f (%d/%d)", (double) correct / samples, correct, samples);
  }
}
