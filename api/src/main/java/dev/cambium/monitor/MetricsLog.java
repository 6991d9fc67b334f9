package dev.cambium.monitor;

import dev.cambium.runtime.AtomicFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Writes {@code metrics.jsonl}, one {@link MetricRow} a line, in the order of the steps. A line is
 * handed to the operating system as soon as it is appended, so that a killed process loses none;
 * {@link #force} brings all of them to the disk and is called before a checkpoint is written, so
 * that a checkpoint never knows of steps that the log has lost. One writer at a time; others may
 * read meanwhile.
 */
public final class MetricsLog implements Closeable {
  private final Path path;
  private final AppendFile file;
  private long lastStep;

  private MetricsLog(Path path, AppendFile file, long lastStep) {
    this.path = path;
    this.file = file;
    this.lastStep = lastStep;
  }

  /**
   * Starts a new log.
   *
   * @throws RunFolderException when it cannot be created, or is there already
   */
  public static MetricsLog create(Path path) throws RunFolderException {
    return create(path, UnaryOperator.identity());
  }

  /** As the public method, through a channel that a test can make fail. */
  static MetricsLog create(Path path, UnaryOperator<WritableByteChannel> disk)
      throws RunFolderException {
    try {
      return new MetricsLog(path, AppendFile.create(path, disk), 0);
    } catch (IOException e) {
      throw new RunFolderException(
          path
              + " cannot be created ("
              + AtomicFile.reason(e)
              + "): resume the run that it is of, "
              + "or choose another folder",
          e);
    }
  }

  /**
   * Goes on with a log behind a checkpoint: the rows of later steps, and a last line that was only
   * half written, are cut off.
   *
   * @param step the checkpoint's step; -1 drops every row
   * @throws RunFolderException when the log is not there, damaged, or cannot be written
   */
  public static MetricsLog resume(Path path, long step) throws RunFolderException {
    long length = 0;
    long lastStep = 0;
    for (Line line : lines(path)) {
      if (line.row.step() > step) {
        break;
      }
      length = line.end;
      lastStep = line.row.step();
    }
    try {
      return new MetricsLog(path, AppendFile.resume(path, length), lastStep);
    } catch (IOException e) {
      throw new RunFolderException(
          path + " cannot be written (" + AtomicFile.reason(e) + "): check its permissions", e);
    }
  }

  /**
   * All rows of a log; a last line that is still being written is left out.
   *
   * @throws RunFolderException when the log is not there, cannot be read, or is damaged
   */
  public static List<MetricRow> read(Path path) throws RunFolderException {
    return lines(path).stream().map(Line::row).toList();
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException when its step is below that of the row before
   * @throws IOException when it cannot be written; the log then ends with the row before
   */
  public void append(MetricRow row) throws IOException {
    if (row.step() < lastStep) {
      throw new IllegalArgumentException(
          "rows of metrics come in the order of their steps: got step "
              + row.step()
              + " behind step "
              + lastStep);
    }
    try {
      file.append(StandardCharsets.UTF_8.encode(row.toJson() + "\n"));
    } catch (IOException e) {
      throw new RunFolderException(
          path + " cannot take another row (" + AtomicFile.reason(e) + "): free some space, resume",
          e);
    }
    lastStep = row.step();
  }

  /** Waits until every row is on the disk. */
  public void force() throws IOException {
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** A row and the offset behind its line end. */
  private record Line(MetricRow row, long end) {}

  private static List<Line> lines(Path path) throws RunFolderException {
    List<Line> lines = new ArrayList<>();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    long offset = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        offset++;
        if (next == '\n') {
          lines.add(new Line(row(path, lines.size() + 1, text), offset));
          text.reset();
        } else {
          text.write(next);
        }
      }
    } catch (RunFolderException e) {
      throw e;
    } catch (IOException e) {
      throw new RunFolderException(path + " cannot be read (" + AtomicFile.reason(e) + ")", e);
    }
    return lines;
  }

  private static MetricRow row(Path path, int number, ByteArrayOutputStream text)
      throws RunFolderException {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(text.toByteArray());
      return MetricRow.parse(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (IOException e) {
      String reason = e instanceof CharacterCodingException ? "not UTF-8" : e.getMessage();
      throw new RunFolderException(
          path + " is damaged: line " + number + " is no row of metrics (" + reason + ")", e);
    }
  }
}
