package dev.cambium.conformance.report;

import dev.cambium.runtime.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * The folder that reports are written to: {@value #TEXT}, {@value #JSON} and {@value #HTML}, each
 * whole or not at all.
 */
public final class ReportFolder {
  /** The report as text, as it is printed. */
  public static final String TEXT = "conformance.txt";

  /** The report for other programs. */
  public static final String JSON = "conformance.json";

  /** The report as a page for browsers, which needs no other file. */
  public static final String HTML = "conformance.html";

  private final Path folder;

  private ReportFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder where it is not there, and finds out whether it can be written to, so that
   * nobody runs the suite in vain.
   *
   * @throws IOException when it cannot; the message names the folder and the reason
   */
  public static ReportFolder open(Path folder) throws IOException {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "conformance", AtomicFile.SUFFIX));
    } catch (IOException e) {
      FileSystemException failure =
          new FileSystemException(
              folder.toString(),
              null,
              "the folder for the report cannot be written to (" + AtomicFile.reason(e) + ")");
      failure.initCause(e);
      throw failure;
    }
    return new ReportFolder(folder);
  }

  /**
   * Writes all three files in the place of older ones.
   *
   * @throws IOException when one cannot be written, as in {@link AtomicFile#write}
   */
  public void write(ConformanceReport report) throws IOException {
    write(
        TEXT,
        new TextReport(report)
            .lines().stream().map(line -> line + "\n").collect(Collectors.joining()));
    write(JSON, new JsonReport(report).text());
    write(HTML, new HtmlReport(report).text());
  }

  private void write(String name, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(
        folder.resolve(name),
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }
}
