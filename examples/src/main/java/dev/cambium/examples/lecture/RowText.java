package dev.cambium.examples.lecture;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row as lines for people: title and verdict, a line or a small block for each check, the note.
 */
final class RowText {
  private static final int WIDTH = 110;
  private static final int LINE = 86;
  private static final int TITLE = 64;
  private static final String INDENT = " ".repeat(9);

  private RowText() {}

  /** A row that is not built yet. */
  static List<String> notYet(Row row) {
    return List.of(heading(row, "not yet"));
  }

  /** A row with what it found. */
  static List<String> of(Row row, List<Check> checks) {
    boolean passed = checks.stream().allMatch(Check::passed);
    List<String> lines = new ArrayList<>();
    lines.add(heading(row, passed ? "pass" : "FAIL"));
    int name = width(checks.stream().filter(RowText::isLine).map(Check::name));
    int figures = width(checks.stream().filter(RowText::isLine).map(RowText::figures));
    for (Check check : checks) {
      if (isLine(check)) {
        lines.add(line(check, name, figures));
      } else {
        lines.addAll(block(check));
      }
    }
    row.note().ifPresent(note -> lines.addAll(wrapped(note)));
    return lines;
  }

  private static String heading(Row row, String verdict) {
    return ("  row %-2d %-" + TITLE + "s %s").formatted(row.number(), row.title(), verdict);
  }

  /** Whether a check fits into one line, beside others of its kind. */
  private static boolean isLine(Check check) {
    return check.figures().size() <= 2 && figures(check).length() <= LINE;
  }

  private static String line(Check check, int name, int figures) {
    String text = ("%-" + Math.max(1, name) + "s   ").formatted(check.name());
    if (figures > 0) {
      text += ("%-" + figures + "s   ").formatted(figures(check));
    }
    return (INDENT + text + finding(check)).stripTrailing();
  }

  private static List<String> block(Check check) {
    List<String> lines = new ArrayList<>();
    lines.add(INDENT + check.name() + ": " + finding(check));
    int label = width(check.figures().stream().map(Check.Figure::label));
    for (Check.Figure figure : check.figures()) {
      lines.add(INDENT + ("  %-" + label + "s  ").formatted(figure.label()) + figure.text());
    }
    return lines;
  }

  private static String finding(Check check) {
    return check.passed() ? check.finding() : "FAIL " + check.finding();
  }

  private static String figures(Check check) {
    return check.figures().stream()
        .map(figure -> figure.label() + " " + figure.text())
        .collect(Collectors.joining("   "));
  }

  private static int width(Stream<String> texts) {
    return texts.mapToInt(String::length).max().orElse(0);
  }

  /** The note behind an exclamation mark, broken at blanks. */
  private static List<String> wrapped(String note) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(INDENT + "!");
    for (String word : note.split(" ")) {
      if (line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(INDENT + " ");
      }
      line.append(' ').append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
