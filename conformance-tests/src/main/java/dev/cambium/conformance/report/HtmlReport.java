package dev.cambium.conformance.report;

import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.runtime.Coverage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A report as one HTML page, which needs no other file and no script: the verdict, what failed with
 * the commands that run it again, the matrix, and every case folded under its operation.
 */
public final class HtmlReport {
  private static final String STYLE = "conformance.css";
  private static final int SLOWEST = 10;

  /** So many failures stand above the matrix, the others are folded. */
  private static final int SHOWN = 10;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final ConformanceReport report;
  private final Html html = new Html();

  /** Of a finished run. */
  public HtmlReport(ConformanceReport report) {
    this.report = report;
  }

  /** The whole page. */
  public String text() {
    html.clear();
    html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ")
        .raw("style-src 'unsafe-inline'\">\n<title>Conformance of ")
        .text(report.backend())
        .raw("</title>\n<style>\n" + style() + "</style>\n</head>\n<body>\n<main>\n");
    header();
    notPassed(Status.FAILED, "Failures");
    notPassed(Status.SKIPPED, "Skipped, which is not passed");
    matrix();
    observations();
    reasons();
    slowest();
    cases();
    return html.raw("</main>\n</body>\n</html>\n").toString();
  }

  private void header() {
    boolean conforms = report.allPassed();
    html.raw("<header>\n<h1>Conformance of ").element("b", report.backend()).raw("</h1>\n");
    html.raw("<p class=\"verdict " + (conforms ? "good" : "bad") + "\">").raw(verdict() + "</p>\n");
    html.raw("<ul class=\"counts\">");
    for (Status status : Status.values()) {
      String kind = report.count(status) == 0 ? "none" : kind(status);
      html.raw("<li class=\"" + kind + "\">")
          .element("b", Long.toString(report.count(status)))
          .raw(" " + name(status) + "</li>");
    }
    html.raw("</ul>\n<dl>");
    Environment environment = report.environment();
    fact("device", report.description());
    fact("Cambium", environment.cambium());
    fact("Java", environment.java());
    fact("system", environment.os());
    environment.settings().forEach((name, value) -> fact(name, value));
    fact("started", TIME.format(report.started()));
    fact("took", TextReport.seconds(report.elapsed().toNanos()));
    html.raw("</dl>\n</header>\n");
  }

  private String verdict() {
    if (!report.allPassed()) {
      return "does not conform";
    }
    return report.isConforming()
        ? "conforms: every case of the suite passed"
        : "every chosen case passed, "
            + report.results().size()
            + " of the suite's "
            + report.suite();
  }

  private void fact(String name, String value) {
    if (!value.isEmpty()) {
      html.raw("<div>").element("dt", name).element("dd", value).raw("</div>");
    }
  }

  private void notPassed(Status status, String title) {
    List<CaseResult> results = report.with(status);
    if (results.isEmpty()) {
      return;
    }
    html.raw("<section>\n").element("h2", title + " (" + results.size() + ")").raw("\n");
    int shown = Math.min(SHOWN, results.size());
    list(status, results.subList(0, shown));
    if (shown < results.size()) {
      html.raw("<details><summary>" + (results.size() - shown) + " more</summary>\n");
      list(status, results.subList(shown, results.size()));
      html.raw("</details>\n");
    }
    html.raw("</section>\n");
  }

  private void list(Status status, List<CaseResult> results) {
    html.raw("<ol class=\"failures\">\n");
    for (CaseResult result : results) {
      html.raw("<li class=\"" + kind(status) + "\">").element("h3", result.id());
      html.element("p", withoutId(result)).raw("<pre>").text(result.rerun()).raw("</pre></li>\n");
    }
    html.raw("</ol>\n");
  }

  private static String withoutId(CaseResult result) {
    String start = result.id() + ": ";
    return result.message().startsWith(start)
        ? result.message().substring(start.length())
        : result.message();
  }

  private void matrix() {
    html.raw("<section>\n<h2>Operations, by the way in which they ran</h2>\n");
    html.raw("<div class=\"wide\"><table class=\"matrix\">\n<thead><tr><th>operation</th>");
    Ways.ALL.forEach(how -> html.element("th", Ways.name(how)));
    html.raw("<th>skipped</th><th>time</th></tr></thead>\n<tbody>\n");
    List<OpSummary> rows = report.summaries();
    long longest = rows.stream().mapToLong(OpSummary::nanoseconds).max().orElse(1);
    for (int i = 0; i < rows.size(); i++) {
      OpSummary row = rows.get(i);
      html.raw("<tr><th scope=\"row\"><a href=\"#o" + i + "\">").text(row.name());
      html.raw("</a></th>");
      Ways.ALL.forEach(how -> cell(row, how));
      long skipped = row.count(Status.SKIPPED);
      html.raw(
          skipped == 0 ? "<td class=\"none\">–</td>" : "<td class=\"warn\">" + skipped + "</td>");
      long share = Math.round(100.0 * row.nanoseconds() / Math.max(1, longest));
      html.raw("<td class=\"time\" style=\"--share:" + share + "%\">");
      html.raw(TextReport.seconds(row.nanoseconds()) + "</td></tr>\n");
    }
    html.raw("</tbody>\n</table></div>\n<p class=\"key\">native: a kernel of the backend; view: ");
    html.raw(
        "nothing runs; lowered: by other operations; host: in plain Java; other: refused, as ");
    html.raw("it must be, or failed before it ran, or more than one operation.</p>\n</section>\n");
  }

  private void cell(OpSummary row, Optional<Coverage.How> how) {
    long passed = row.count(how, Status.PASSED);
    long failed = row.count(how, Status.FAILED);
    if (failed > 0) {
      html.raw("<td class=\"bad\">" + (passed > 0 ? passed + " passed, " : ""));
      html.raw("<b>" + failed + " failed</b></td>");
    } else {
      html.raw(passed > 0 ? "<td class=\"good\">" + passed + "</td>" : "<td class=\"none\">–</td>");
    }
  }

  private void observations() {
    Map<String, Set<String>> observations = report.observations();
    if (observations.isEmpty()) {
      return;
    }
    html.raw("<section>\n<h2>Left to the backend by the contract</h2>\n<table class=\"facts\">\n");
    observations.forEach(
        (what, found) ->
            html.raw("<tr>")
                .element("th", what)
                .element("td", String.join(", or ", found))
                .raw("</tr>\n"));
    html.raw("</table>\n</section>\n");
  }

  private void reasons() {
    List<OpSummary> rows =
        report.summaries().stream().filter(row -> !row.reasons().isEmpty()).toList();
    if (rows.isEmpty()) {
      return;
    }
    html.raw(
        "<section>\n<h2>Not native, and why</h2>\n<div class=\"wide\"><table class=\"facts\">\n");
    for (OpSummary row : rows) {
      row.reasons()
          .forEach(
              (reason, count) ->
                  html.raw("<tr>")
                      .element("th", row.name())
                      .element("td", Ways.name(Optional.of(reason.how())))
                      .element("td", count + (count == 1 ? " case" : " cases"))
                      .element("td", reason.text())
                      .raw("</tr>\n"));
    }
    html.raw("</table></div>\n</section>\n");
  }

  private void slowest() {
    html.raw("<section>\n<h2>Slowest cases</h2>\n<table class=\"facts\">\n");
    for (CaseResult result : report.slowest(SLOWEST)) {
      html.raw("<tr><td class=\"time\">" + TextReport.seconds(result.nanoseconds()) + "</td>")
          .element("td", result.id())
          .raw("</tr>\n");
    }
    html.raw("</table>\n</section>\n");
  }

  private void cases() {
    html.raw("<section>\n<h2>All cases</h2>\n");
    List<OpSummary> rows = report.summaries();
    for (int i = 0; i < rows.size(); i++) {
      OpSummary row = rows.get(i);
      html.raw("<details id=\"o" + i + "\"><summary>").element("b", row.name());
      html.raw(" " + row.results().size() + (row.results().size() == 1 ? " case" : " cases"));
      for (Status status : List.of(Status.FAILED, Status.SKIPPED)) {
        if (row.count(status) > 0) {
          html.raw(", <b class=\"" + kind(status) + "\">" + row.count(status));
          html.raw(" " + name(status) + "</b>");
        }
      }
      html.raw("</summary>\n<div class=\"wide\"><table class=\"cases\">\n");
      row.results().forEach(result -> listed(row, result));
      html.raw("</table></div></details>\n");
    }
    html.raw("</section>\n");
  }

  /** Short, as there are thousands: end tags that HTML does not ask for are left out. */
  private void listed(OpSummary row, CaseResult result) {
    String start = row.name() + "/";
    String id = result.id().startsWith(start) ? result.id().substring(start.length()) : result.id();
    boolean passed = result.status() == Status.PASSED;
    html.raw(passed ? "<tr>" : "<tr class=" + kind(result.status()) + ">").raw("<td>").text(id);
    html.raw(
        "<td>"
            + name(result.status())
            + "<td>"
            + result.how().map(h -> Ways.name(result.how())).orElse(""));
    html.raw("<td>" + String.format(Locale.ROOT, "%.1f ms", result.nanoseconds() / 1e6) + "\n");
  }

  private static String kind(Status status) {
    return switch (status) {
      case PASSED -> "good";
      case FAILED -> "bad";
      case SKIPPED -> "warn";
    };
  }

  private static String name(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static String style() {
    try (InputStream in = HtmlReport.class.getResourceAsStream(STYLE)) {
      return new String(Objects.requireNonNull(in, STYLE).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
