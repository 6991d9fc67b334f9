package dev.cambium.examples.lecture;

import java.util.List;
import java.util.Objects;
import java.util.function.IntPredicate;

/**
 * Rows under one heading of the lecture.
 *
 * @param title the heading
 * @param rows the rows, by rising number
 */
public record Chapter(String title, List<Row> rows) {
  /** Copies the list. */
  public Chapter {
    Objects.requireNonNull(title, "title");
    rows = List.copyOf(rows);
  }

  /** This chapter with those rows alone whose number is wanted. */
  Chapter only(IntPredicate wanted) {
    return new Chapter(title, rows.stream().filter(row -> wanted.test(row.number())).toList());
  }

  /** The title and the numbers of the rows: {@code building blocks 1-5}. */
  @Override
  public String toString() {
    int first = rows.get(0).number();
    int last = rows.get(rows.size() - 1).number();
    return title.toLowerCase(java.util.Locale.ROOT)
        + (first == last ? " " + first : " " + first + "-" + last);
  }
}
