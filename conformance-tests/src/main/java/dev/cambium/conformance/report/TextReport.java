package dev.cambium.conformance.report;

import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.runtime.Coverage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A report as plain text, for terminals and logs. Its last line is {@link
 * ConformanceReport#summary}.
 */
public final class TextReport {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int SLOWEST = 5;

  private final ConformanceReport report;

  /** Of a finished run. */
  public TextReport(ConformanceReport report) {
    this.report = report;
  }

  /** Everything. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "conformance of "
            + report.backend()
            + (report.description().isEmpty() ? "" : ": " + report.description()));
    lines.add(
        String.format(
            Locale.ROOT,
            "%d %s in %s from %s on",
            report.results().size(),
            report.results().size() == 1 ? "case" : "cases",
            seconds(report.elapsed().toNanos()),
            report.started()));
    lines.add(environment());
    for (CaseResult result : report.results()) {
      if (result.status() != Status.PASSED) {
        lines.add("");
        lines.addAll(lines(result));
      }
    }
    lines.addAll(findings());
    return lines;
  }

  private String environment() {
    Environment environment = report.environment();
    List<String> parts = new ArrayList<>();
    parts.add("Cambium " + environment.cambium());
    parts.add(environment.java());
    parts.add(environment.os());
    environment.settings().forEach((name, value) -> parts.add(name + "=" + value));
    return String.join(", ", parts);
  }

  /** The lines of a case that did not pass: why, and how to run it again. */
  public static List<String> lines(CaseResult result) {
    return List.of(result.status().name() + " " + result.message(), "rerun: " + result.rerun());
  }

  /** The matrix and all that follows it. */
  public List<String> findings() {
    List<String> lines = new ArrayList<>(List.of(""));
    lines.addAll(matrix());
    lines.addAll(section("left to the backend by the contract:", observations()));
    lines.addAll(section("not native, and why:", reasons()));
    lines.addAll(section("slowest:", slowest()));
    lines.add("");
    lines.add(report.summary());
    return lines;
  }

  private static List<String> section(String title, List<String> content) {
    List<String> lines = new ArrayList<>();
    if (!content.isEmpty()) {
      lines.add("");
      lines.add(title);
      content.forEach(line -> lines.add("  " + line));
    }
    return lines;
  }

  private List<String> matrix() {
    TextTable table =
        new TextTable("operation", "native", "view", "lowered", "host", "other", "skipped", "time");
    for (OpSummary row : report.summaries()) {
      List<String> cells = new ArrayList<>(List.of(row.name()));
      for (Optional<Coverage.How> how : Ways.ALL) {
        cells.add(cell(row, how));
      }
      long skipped = row.count(Status.SKIPPED);
      cells.add(skipped == 0 ? "-" : Long.toString(skipped));
      cells.add(seconds(row.nanoseconds()));
      table.add(cells);
    }
    return table.lines();
  }

  private static String cell(OpSummary row, Optional<Coverage.How> how) {
    long passed = row.count(how, Status.PASSED);
    long failed = row.count(how, Status.FAILED);
    if (failed > 0) {
      return (passed > 0 ? passed + " and " : "") + failed + " FAILED";
    }
    return passed > 0 ? Long.toString(passed) : "-";
  }

  private List<String> observations() {
    List<String> lines = new ArrayList<>();
    report.observations().forEach((what, found) -> lines.add(what + ": " + oneOrMore(found)));
    return lines;
  }

  private static String oneOrMore(Set<String> found) {
    return String.join(", or ", found);
  }

  private List<String> reasons() {
    List<String> lines = new ArrayList<>();
    for (OpSummary row : report.summaries()) {
      row.reasons()
          .forEach(
              (reason, cases) ->
                  lines.add(
                      row.name()
                          + ", "
                          + Ways.name(Optional.of(reason.how()))
                          + " in "
                          + cases
                          + (cases == 1 ? " case: " : " cases: ")
                          + reason.text()));
    }
    return lines;
  }

  private List<String> slowest() {
    return report.slowest(SLOWEST).stream()
        .map(result -> seconds(result.nanoseconds()) + "  " + result.id())
        .toList();
  }

  /** A time in seconds. */
  static String seconds(long nanoseconds) {
    return String.format(Locale.ROOT, "%.2f s", nanoseconds / NANOS_PER_SECOND);
  }
}
