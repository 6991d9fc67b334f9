package dev.cambium.examples.lecture;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Rows by number, as a person writes them: {@code 3}, {@code 1-6}, {@code 2,19-22}.
 *
 * @param numbers the numbers, rising
 */
public record RowSelection(Set<Integer> numbers) implements IntPredicate {
  private static final Pattern PART = Pattern.compile("(\\d{1,4})(?:-(\\d{1,4}))?");

  /**
   * The rows that {@code text} names.
   *
   * @throws IllegalArgumentException when it names none, or one that the lecture has not
   */
  public static RowSelection parse(String text, Lecture lecture) {
    Set<Integer> known =
        lecture.chapters().stream()
            .flatMap(chapter -> chapter.rows().stream())
            .map(Row::number)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<Integer> chosen = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      Matcher range = PART.matcher(part.strip());
      if (!range.matches()) {
        throw refused(text, lecture);
      }
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      if (first > last || !known.contains(first) || !known.contains(last)) {
        throw refused(text, lecture);
      }
      known.stream().filter(row -> row >= first && row <= last).forEach(chosen::add);
    }
    return new RowSelection(chosen);
  }

  private static IllegalArgumentException refused(String text, Lecture lecture) {
    return new IllegalArgumentException(
        "--only must be numbers of rows such as 3, 1-6 or 2,19-22, got '"
            + text
            + "'; the rows are "
            + lecture.chapters().stream().map(Chapter::toString).collect(Collectors.joining(", ")));
  }

  @Override
  public boolean test(int number) {
    return numbers.contains(number);
  }
}
