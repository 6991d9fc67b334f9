package dev.cambium.examples.lecture;

import dev.cambium.tensor.HostArray;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A figure of the lecture beside ours, and whether they agree.
 *
 * @param name what the figure is
 * @param figures what is shown side by side
 * @param finding how far they are apart, and how far they may be
 * @param passed the verdict
 */
public record Check(String name, List<Figure> figures, String finding, boolean passed) {
  /**
   * Numbers and whose they are.
   *
   * @param label {@code lecture}, {@code ours}, {@code theory}
   * @param text the numbers
   */
  public record Figure(String label, String text) {
    /** Checks that nothing is null. */
    public Figure {
      Objects.requireNonNull(label, "label");
      Objects.requireNonNull(text, "text");
    }
  }

  /** Copies the list. */
  public Check {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(finding, "finding");
    figures = List.copyOf(figures);
  }

  /**
   * Passes when each of our numbers is within {@code bound} of the lecture's.
   *
   * @param printed the lecture's numbers as it prints them
   */
  static Check lecture(String name, String printed, double[] ours, double bound) {
    return against("lecture", name, printed, ours, bound);
  }

  /**
   * Passes when each of our numbers is within {@code bound} of one that was computed by hand.
   *
   * @param computed the right numbers
   */
  static Check byHand(String name, String computed, double[] ours, double bound) {
    return against("by hand", name, computed, ours, bound);
  }

  /** Passes when each of our numbers is within {@code bound} of one with the given label. */
  static Check against(String label, String name, String printed, double[] ours, double bound) {
    double error = largestDifference(numbers(printed), ours);
    List<Figure> figures =
        List.of(new Figure(label, printed), new Figure("ours", text(decimals(printed), ours)));
    return new Check(name, figures, offBy(error, bound), error <= bound);
  }

  /** Passes when an error that was found is at most {@code bound}. */
  static Check atMost(String name, double error, double bound) {
    return new Check(name, List.of(), offBy(error, bound), error <= bound);
  }

  /** Passes when what chance may do is at most four of its standard errors. */
  static Check standardErrors(String name, double errors) {
    String finding = String.format(Locale.ROOT, "%.1f standard errors, bound 4.0", errors);
    return new Check(name, List.of(), finding, errors <= 4);
  }

  /** Passes when it is so. */
  static Check that(String name, boolean so, String finding) {
    return new Check(name, List.of(), finding, so);
  }

  /** Passes when all bits are the same. */
  static Check sameBits(String name, HostArray expected, HostArray ours) {
    boolean same = expected.type().equals(ours.type()) && expected.bytes().equals(ours.bytes());
    return that(name, same, (same ? "the same bits, " : "other bits, ") + ours.type());
  }

  /** The largest difference between elements; NaN where there is one, or the lengths differ. */
  static double largestDifference(double[] expected, double[] ours) {
    if (expected.length != ours.length) {
      return Double.NaN;
    }
    double largest = 0;
    for (int i = 0; i < ours.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i] - ours[i]));
    }
    return largest;
  }

  /** The numbers of a line, separated by blanks. */
  static double[] numbers(String line) {
    return Arrays.stream(line.strip().split("\\s+")).mapToDouble(Double::parseDouble).toArray();
  }

  /** Numbers with so many decimals, separated by blanks. */
  static String text(int decimals, double... numbers) {
    return DoubleStream.of(numbers)
        .map(number -> Math.abs(number) < 0.5 * Math.pow(10, -decimals) ? 0 : number) // no -0
        .mapToObj(number -> String.format(Locale.ROOT, "%." + decimals + "f", number))
        .collect(Collectors.joining(" "));
  }

  /** How many decimals to show of ours: two more than were printed, none beyond the sixth. */
  private static int decimals(String printed) {
    String first = printed.strip().split("\\s+")[0];
    int point = first.indexOf('.');
    int shown = point < 0 ? 0 : first.length() - point - 1;
    return shown == 0 ? 0 : Math.max(shown, Math.min(6, shown + 2));
  }

  private static String offBy(double error, double bound) {
    return error == 0
        ? "exact"
        : String.format(Locale.ROOT, "off by %.1e, bound %.1e", error, bound);
  }
}
