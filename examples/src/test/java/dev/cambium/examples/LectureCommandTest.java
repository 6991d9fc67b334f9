package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.examples.lecture.Chapter;
import dev.cambium.examples.lecture.Check;
import dev.cambium.examples.lecture.Lecture;
import dev.cambium.examples.lecture.Row;
import dev.cambium.examples.lecture.RowProgram;
import dev.cambium.image.Image;
import dev.cambium.monitor.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class LectureCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void theFiguresStandBesideTheLecturesAndTheLastLineCountsThem(String backend) {
    CommandRun run = CommandRun.of("lecture", "--only", "2-5, 22", "--backend", backend);
    assertEquals(0, run.status(), run.all());
    assertEquals("5 passed, 0 failed", last(run.out()));
    assertTrue(run.out().contains("lecture 0.1300 0.8690 0.0010   ours 0.1299"), run.out());
    assertTrue(run.out().contains("! the lecture's exp()/sum overflows"), run.out());
  }

  @Test
  void rowsThatAreNotBuiltYetAreCountedApart() {
    CommandRun run = CommandRun.of("lecture", "--only", "5,23-40", "--backend", "reference");
    assertEquals(0, run.status(), run.all());
    assertTrue(run.out().endsWith("18 rows not yet\n1 passed, 0 failed\n"), run.out());
    assertEquals(18, run.out().lines().filter(line -> line.endsWith(" not yet")).count() - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "41", "6-3", "3-", "two", "", "2,", "39-41", "99999999999"})
  void whatIsNoRowIsRefusedInOneLineWithTheRows(String only) {
    CommandRun run = CommandRun.of("lecture", "--only", only, "--backend", "reference");
    assertEquals(2, run.status());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains("got '" + only + "'; the rows are building blocks 1-5, "));
    assertTrue(run.err().contains(", monitoring and visualisation 35-40"), run.err());
  }

  @Test
  void aCheckThatFailsMakesTheStatusOne() {
    CommandRun run =
        artificial(
            lab -> List.of(check("of two", true), check("the other of two", false)),
            lab -> List.of(check("of one", true)));
    assertEquals(1, run.status(), run.all());
    assertEquals("1 passed, 1 failed", last(run.out()));
    assertTrue(run.out().contains("FAIL"), run.out());
  }

  @Test
  void aRowThatEndsEarlyOrChecksNothingFailsAndTheOthersRun() {
    CommandRun run =
        artificial(
            lab -> {
              throw new IllegalStateException("broken\nin two lines");
            },
            lab -> List.of(),
            lab -> List.of(check("of one", true)));
    assertEquals(1, run.status(), run.all());
    assertEquals("1 passed, 2 failed", last(run.out()));
    assertTrue(run.out().contains("broken in two lines"), run.out());
  }

  @Test
  void picturesAreWrittenWhereTheyAreAskedFor() {
    Path pictures = folder.resolve("a/b");
    CommandRun run =
        CommandRun.of("lecture", "--only", "8,15", "--backend", "reference", "--out", pictures);
    assertEquals(0, run.status(), run.all());
    assertEquals(28, Image.read(pictures.resolve("mean-of-digits.png")).width());
    assertEquals(8 * 86 + 2, Image.read(pictures.resolve("random-mixes.png")).width());
  }

  private static Check check(String name, boolean passed) {
    return new Check(name, List.of(), "", passed);
  }

  private static CommandRun artificial(RowProgram... programs) {
    List<Row> rows =
        IntStream.range(0, programs.length)
            .mapToObj(i -> new Row(i + 1, "made up", Optional.empty(), Optional.of(programs[i])))
            .toList();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    Console console = new Console(stream, stream, Terminal.none());
    Lecture lecture = Lecture.of(List.of(new Chapter("Made up", rows)));
    int status =
        new CommandLine(new LectureCommand(console, () -> lecture))
            .execute("--backend", "reference");
    String text = out.toString(StandardCharsets.UTF_8);
    return new CommandRun(status, text, "", text);
  }

  private static String last(String text) {
    List<String> lines = text.lines().toList();
    return lines.get(lines.size() - 1);
  }
}
