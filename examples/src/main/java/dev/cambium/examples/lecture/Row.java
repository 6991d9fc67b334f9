package dev.cambium.examples.lecture;

import java.util.Objects;
import java.util.Optional;

/**
 * A row of the lecture's checklist.
 *
 * @param number its number there, from 1
 * @param title what it is about
 * @param note where the lecture is wrong or ambiguous: what is, and what is done here
 * @param program what computes its figures; empty when the row is not built yet
 */
public record Row(int number, String title, Optional<String> note, Optional<RowProgram> program) {
  /** Checks the number. */
  public Row {
    if (number < 1) {
      throw new IllegalArgumentException("number of a row must be at least 1, got " + number);
    }
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(note, "note");
    Objects.requireNonNull(program, "program");
  }

  /** A row with its program. */
  static Row of(int number, String title, RowProgram program) {
    return new Row(number, title, Optional.empty(), Optional.of(program));
  }

  /** A row that is not built yet. */
  static Row notYet(int number, String title) {
    return new Row(number, title, Optional.empty(), Optional.empty());
  }

  /** This row with a remark on what is wrong or left open in the lecture. */
  Row note(String remark) {
    return new Row(number, title, Optional.of(remark), program);
  }
}
