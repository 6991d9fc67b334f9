package dev.cambium.examples.lecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LectureTest {
  private static final List<Row> ROWS =
      Lecture.whole().chapters().stream().flatMap(chapter -> chapter.rows().stream()).toList();

  @Test
  void everyRowIsThereOnceAndInOrder() {
    assertEquals(
        IntStream.rangeClosed(1, 40).boxed().toList(), ROWS.stream().map(Row::number).toList());
  }

  @Test
  void theRowsUpTo22AreBuilt() {
    assertTrue(
        ROWS.stream().filter(row -> row.number() <= 22).allMatch(row -> row.program().isPresent()));
  }

  @Test
  void whereTheLectureIsWrongOrAmbiguousTheRowSaysSo() {
    Set<Integer> marked = Set.of(1, 2, 4, 8, 18, 19, 20, 22);
    for (Row row : ROWS) {
      if (marked.contains(row.number())) {
        assertTrue(row.note().isPresent(), "row " + row.number());
      }
    }
  }

  @Test
  void titlesLeaveRoomForTheVerdict() {
    ROWS.forEach(row -> assertTrue(row.title().length() <= 64, row.title()));
  }
}
