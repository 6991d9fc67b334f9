package dev.cambium.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFolderTest {
  @TempDir private Path temporary;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void makesTheFolderAndReplacesOlderReports() throws IOException {
    Path folder = temporary.resolve("a/b");
    ReportFolder reports = ReportFolder.open(folder);
    assertEquals(List.of(), names(folder));
    reports.write(Samples.of(3));
    reports.write(Samples.mixed());
    assertEquals(List.of("conformance.html", "conformance.json", "conformance.txt"), names(folder));
    assertEquals(
        new TextReport(Samples.mixed()).lines(),
        Files.readAllLines(folder.resolve(ReportFolder.TEXT)));
    assertEquals(
        new HtmlReport(Samples.mixed()).text(),
        Files.readString(folder.resolve(ReportFolder.HTML)));
    assertEquals(
        new JsonReport(Samples.mixed()).text(),
        Files.readString(folder.resolve(ReportFolder.JSON)));
  }

  @Test
  void aFileWhereTheFolderShouldBeIsSaidBeforeAnythingRuns() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "kept");
    IOException thrown = assertThrows(IOException.class, () -> ReportFolder.open(file));
    assertTrue(thrown.getMessage().startsWith(file.toString()), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("a file stands where"), thrown.getMessage());
    assertEquals("kept", Files.readString(file));
  }
}
