package dev.cambium.examples;

import dev.cambium.examples.lecture.Laboratory;
import dev.cambium.examples.lecture.Lecture;
import dev.cambium.examples.lecture.RowSelection;
import dev.cambium.examples.lecture.Tally;
import dev.cambium.spi.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Puts every figure of the lecture beside ours. The exit status is 0 where all rows that are built
 * agree, 1 where one does not.
 */
@Command(
    name = "lecture",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints every figure of the lecture beside ours. Ends with 'N passed, N failed'.")
final class LectureCommand implements Callable<Integer> {
  @Option(
      names = "--only",
      paramLabel = "ROW",
      description = "rows by number, such as 3, 1-6 or 2,19-22; by default all")
  private String only;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "writes pictures to this folder: histograms of activations and others")
  private Path out;

  @Mixin private BackendOption backend = new BackendOption();

  private final Console console;
  private final Supplier<Lecture> lectures;

  /** The lecture is made when it is asked for: it draws pictures, and other commands need none. */
  LectureCommand(Console console) {
    this(console, Lecture::whole);
  }

  /** Prints another lecture. */
  LectureCommand(Console console, Supplier<Lecture> lectures) {
    this.console = console;
    this.lectures = lectures;
  }

  @Override
  public Integer call() throws IOException {
    Lecture lecture = lectures.get();
    Lecture chosen = only == null ? lecture : lecture.only(RowSelection.parse(only, lecture));
    if (out != null) {
      Files.createDirectories(out);
    }
    try (Session session =
        new Session(
            console,
            backend.selection(),
            Session.backendProperties(),
            Session.isTraceRequested())) {
      Backend device = session.get(Backend.class);
      console.result("the lecture's figures beside ours, on " + device.name());
      Tally tally = chosen.run(new Laboratory(device, Optional.ofNullable(out)), console::result);
      if (tally.notYet() > 0) {
        console.result("");
        console.result(tally.notYet() + (tally.notYet() == 1 ? " row" : " rows") + " not yet");
      }
      console.result(tally.line());
      return tally.failed() == 0 ? 0 : 1;
    }
  }
}
