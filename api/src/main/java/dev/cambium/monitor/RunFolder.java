package dev.cambium.monitor;

import dev.cambium.runtime.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder of a training run. Everything that shows or continues a run reads it:
 *
 * <pre>
 * run.json                        what was run, see {@link RunInfo}
 * metrics.jsonl                   what was measured, see {@link MetricRow}
 * events.out.tfevents.*           the same for TensorBoard, see {@link EventFile}
 * checkpoints/last.safetensors    the latest state, to resume from
 * checkpoints/best.safetensors    the best weights by the validation split
 * </pre>
 */
public final class RunFolder {
  private static final String RUN = "run.json";
  private static final String METRICS = "metrics.jsonl";
  private static final String CHECKPOINTS = "checkpoints";
  private static final String LAST = "last.safetensors";
  private static final String BEST = "best.safetensors";
  private static final int MAXIMUM_RUN_BYTES = 16 << 20;

  private final Path path;
  private final RunInfo info;

  private RunFolder(Path path, RunInfo info) {
    this.path = path;
    this.info = info;
  }

  /**
   * Makes the folder, and those above it, where they are missing, and writes {@code run.json}.
   *
   * @throws RunFolderException when it holds a run already, or cannot be written
   */
  public static RunFolder create(Path path, RunInfo info) throws RunFolderException {
    requireVacant(path);
    RunFolder folder = new RunFolder(path, info);
    try {
      Files.createDirectories(path.resolve(CHECKPOINTS));
      AtomicFile.write(path.resolve(RUN), info.toJson());
    } catch (IOException e) {
      throw notWritable(path, e);
    }
    return folder;
  }

  /**
   * Checks that a run can be created in the folder as far as it can be seen without writing.
   *
   * @throws RunFolderException when it holds a run already
   */
  public static void requireVacant(Path path) throws RunFolderException {
    Path checkpoints = path.resolve(CHECKPOINTS);
    for (Path file :
        List.of(
            path.resolve(RUN),
            path.resolve(METRICS),
            checkpoints.resolve(LAST),
            checkpoints.resolve(BEST))) {
      if (Files.exists(file)) {
        throw new RunFolderException(
            "folder "
                + path
                + " already holds a run ("
                + path.relativize(file)
                + "): resume it, or choose another");
      }
    }
  }

  /**
   * Opens a run to read it.
   *
   * @throws RunFolderException when the folder is not there, holds no run, a damaged one, or one of
   *     a newer version
   */
  public static RunFolder open(Path path) throws RunFolderException {
    if (!Files.isDirectory(path)) {
      throw new RunFolderException(
          "there is no folder " + path + ": give the folder of a run, which holds " + RUN);
    }
    Path file = path.resolve(RUN);
    if (!Files.exists(file)) {
      throw new RunFolderException(
          "folder " + path + " holds no run: it has no " + RUN + "; give the folder of a run");
    }
    byte[] json;
    try (InputStream in = Files.newInputStream(file)) {
      json = in.readNBytes(MAXIMUM_RUN_BYTES);
    } catch (IOException e) {
      throw new RunFolderException(file + " cannot be read (" + AtomicFile.reason(e) + ")", e);
    }
    return new RunFolder(path, RunInfo.parse(file.toString(), json));
  }

  /**
   * Opens a run to go on with it: checks that the folder can be written, and removes the temporary
   * files that a killed process left.
   *
   * @throws RunFolderException as {@link #open}, and when it cannot be written
   */
  public static RunFolder resume(Path path) throws RunFolderException {
    RunFolder folder = open(path);
    try {
      Path checkpoints = Files.createDirectories(path.resolve(CHECKPOINTS));
      Files.delete(Files.createTempFile(checkpoints, "writable", AtomicFile.SUFFIX));
      removeTemporary(path);
      removeTemporary(checkpoints);
    } catch (IOException e) {
      throw notWritable(path, e);
    }
    return folder;
  }

  private static void removeTemporary(Path folder) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "*" + AtomicFile.SUFFIX)) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static RunFolderException notWritable(Path path, IOException cause) {
    return new RunFolderException(
        "folder "
            + path
            + " cannot be written ("
            + AtomicFile.reason(cause)
            + "): choose another, or check its permissions and the space on its disk",
        cause);
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** What was run. */
  public RunInfo info() {
    return info;
  }

  /** Where the latest state is kept. */
  public Path lastCheckpoint() {
    return path.resolve(CHECKPOINTS).resolve(LAST);
  }

  /** Where the best weights are kept. */
  public Path bestCheckpoint() {
    return path.resolve(CHECKPOINTS).resolve(BEST);
  }

  /** Where the metrics are kept. */
  public Path metricsFile() {
    return path.resolve(METRICS);
  }

  /**
   * Starts the metrics of a new run.
   *
   * @throws RunFolderException as {@link MetricsLog#create}
   */
  public MetricsLog createMetrics() throws RunFolderException {
    return MetricsLog.create(metricsFile());
  }

  /**
   * Goes on with the metrics behind a checkpoint at {@code step}; a run that was stopped before it
   * measured anything starts them.
   *
   * @throws RunFolderException as {@link MetricsLog#resume}
   */
  public MetricsLog resumeMetrics(long step) throws RunFolderException {
    return Files.exists(metricsFile())
        ? MetricsLog.resume(metricsFile(), step)
        : MetricsLog.create(metricsFile());
  }

  /**
   * Starts the TensorBoard events of a new run.
   *
   * @throws RunFolderException as {@link EventFile#create}
   */
  public EventFile createEvents() throws RunFolderException {
    return EventFile.create(path);
  }

  /**
   * Goes on with the TensorBoard events behind a checkpoint at {@code step}.
   *
   * @throws RunFolderException as {@link EventFile#resume}
   */
  public EventFile resumeEvents(long step) throws RunFolderException {
    return EventFile.resume(path, step);
  }

  /**
   * The metrics so far; none where the run was stopped before it measured anything.
   *
   * @throws RunFolderException as {@link MetricsLog#read}
   */
  public List<MetricRow> readMetrics() throws RunFolderException {
    return Files.exists(metricsFile()) ? MetricsLog.read(metricsFile()) : List.of();
  }
}
