package dev.cambium.examples.lecture;

import dev.cambium.spi.DeviceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/** The lecture's rows, and what runs them. */
public final class Lecture {
  private final List<Chapter> chapters;

  private Lecture(List<Chapter> chapters) {
    this.chapters = chapters.stream().filter(chapter -> !chapter.rows().isEmpty()).toList();
  }

  /** All 40 rows. */
  public static Lecture whole() {
    return of(
        List.of(
            BuildingBlocks.chapter(),
            DataPreprocessing.chapter(),
            DataAugmentation.chapter(),
            WeightInitialization.chapter(),
            BatchNormalization.chapter(),
            Babysitting.chapter(),
            HyperparameterSearch.chapter(),
            Monitoring.chapter()));
  }

  /** A lecture of these chapters. */
  public static Lecture of(List<Chapter> chapters) {
    return new Lecture(chapters);
  }

  /** The chapters that have a row. */
  public List<Chapter> chapters() {
    return chapters;
  }

  /** The rows whose number is wanted. */
  public Lecture only(IntPredicate wanted) {
    return of(chapters.stream().map(chapter -> chapter.only(wanted)).toList());
  }

  /**
   * Runs every row and prints it as soon as it is done.
   *
   * @param out takes the lines
   * @throws DeviceException when the device failed, and with it all that would follow
   * @throws IOException when a file cannot be written
   */
  public Tally run(Laboratory laboratory, Consumer<String> out) throws IOException {
    int passed = 0;
    int failed = 0;
    int notYet = 0;
    for (Chapter chapter : chapters) {
      out.accept("");
      out.accept(chapter.title());
      for (Row row : chapter.rows()) {
        if (row.program().isEmpty()) {
          notYet++;
          RowText.notYet(row).forEach(out);
          continue;
        }
        List<Check> checks = checks(row, laboratory);
        boolean allPassed = checks.stream().allMatch(Check::passed);
        passed += allPassed ? 1 : 0;
        failed += allPassed ? 0 : 1;
        RowText.of(row, checks).forEach(out);
      }
    }
    return new Tally(passed, failed, notYet);
  }

  /** What the row found; what went wrong while it ran is a failed check too. */
  private static List<Check> checks(Row row, Laboratory laboratory) throws IOException {
    try {
      List<Check> checks = row.program().orElseThrow().run(laboratory);
      return checks.isEmpty() ? List.of(Check.that("nothing was checked", false, "")) : checks;
    } catch (DeviceException e) {
      throw e;
    } catch (RuntimeException e) {
      List<Check> checks = new ArrayList<>();
      checks.add(Check.that("ended early", false, e.toString().replaceAll("\\s*\\R\\s*", " ")));
      return checks;
    }
  }
}
