package dev.cambium.train;

import dev.cambium.monitor.EventFile;
import dev.cambium.monitor.MetricRow;
import dev.cambium.monitor.MetricsLog;
import dev.cambium.monitor.RunFolder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Writes what a training measures into its run folder: {@code metrics.jsonl}, and the same for
 * TensorBoard. Each row is handed to the operating system at once, so that a killed run keeps it; a
 * resumed run first drops what lies behind its checkpoint.
 *
 * <table>
 * <caption>Rows</caption>
 * <tr><td>each report</td><td>{@code train}: {@code loss}, {@code accuracy}, {@code learningRate};
 * {@code nonFiniteScores} where there are any</td></tr>
 * <tr><td>each epoch</td><td>{@code train}: {@code epochLoss}, {@code epochAccuracy}</td></tr>
 * <tr><td>each epoch</td><td>{@code validation}: {@code loss}, {@code accuracy}, {@code
 * top5Accuracy} (or another k), {@code nonFiniteScores} where there are any</td></tr>
 * <tr><td>{@link #tested}</td><td>{@code test}: as {@code validation}</td></tr>
 * </table>
 *
 * <p>Losses are means over samples, accuracies shares of 1; batches that are mixed have none.
 * Nothing in {@code metrics.jsonl} depends on the clock: two runs of one seed write the same file.
 * TensorBoard also gets {@code imagesPerSecond} of each epoch.
 */
public final class RunRecorder implements TrainingListener, Closeable {
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final String TEST = "test";

  private final RunFolder folder;
  private MetricsLog metrics;
  private EventFile events;
  private long step;
  private long images;

  /** Records into {@code folder}. */
  public RunRecorder(RunFolder folder) {
    this.folder = Objects.requireNonNull(folder, "folder");
  }

  @Override
  public void started(TrainingProgress progress, int epochs, int batches) throws IOException {
    close();
    boolean goesOn = Files.exists(folder.metricsFile());
    step = progress.step();
    long keep = step == 0 ? -1 : step; // a run without a checkpoint starts anew
    metrics = folder.resumeMetrics(keep);
    events = goesOn ? folder.resumeEvents(keep) : folder.createEvents();
    images = 0;
  }

  @Override
  public void stepped(StepReport report) throws IOException {
    step = report.step();
    images += report.samples();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", report.loss());
    report.accuracy().ifPresent(accuracy -> values.put("accuracy", accuracy));
    values.put("learningRate", report.learningRate());
    putNonFinite(values, report.nonFiniteScores());
    write(new MetricRow(report.step(), report.epoch(), TRAIN, values));
  }

  @Override
  public void epochEnded(EpochReport report) throws IOException {
    Map<String, Double> train = new LinkedHashMap<>();
    train.put("epochLoss", report.trainLoss());
    report.trainAccuracy().ifPresent(accuracy -> train.put("epochAccuracy", accuracy));
    write(new MetricRow(report.step(), report.epoch(), TRAIN, train));
    if (report.validation().isPresent()) {
      write(row(report.step(), report.epoch(), VALIDATION, report.validation().get()));
    }
    events.scalars(report.step(), Map.of("imagesPerSecond/" + TRAIN, images / report.seconds()));
    images = 0;
  }

  @Override
  public void checkpointing(TrainingProgress progress) throws IOException {
    metrics.force();
  }

  @Override
  public void ended(TrainingResult result) throws IOException {
    metrics.force();
    events.force();
  }

  /**
   * Adds how the run's best weights do on test samples, once: a run that was gone on with after its
   * end has that row already.
   *
   * @param epoch the epoch that the weights are of
   * @param test the result
   */
  public void tested(int epoch, Evaluation test) throws IOException {
    if (folder.readMetrics().stream().noneMatch(row -> row.split().equals(TEST))) {
      write(row(step, epoch, TEST, test));
    }
  }

  private static MetricRow row(long step, int epoch, String split, Evaluation evaluation) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", evaluation.loss());
    values.put("accuracy", evaluation.accuracy());
    values.put("top" + evaluation.k() + "Accuracy", evaluation.topKAccuracy());
    putNonFinite(values, evaluation.nonFiniteScores());
    return new MetricRow(step, epoch, split, values);
  }

  private static void putNonFinite(Map<String, Double> values, long scores) {
    if (scores > 0) {
      values.put("nonFiniteScores", (double) scores);
    }
  }

  private void write(MetricRow row) throws IOException {
    metrics.append(row);
    events.add(row);
  }

  /** Closes the files; a resumed run goes on with them. */
  @Override
  public void close() throws IOException {
    if (metrics == null) {
      return;
    }
    try {
      metrics.close();
    } finally {
      metrics = null;
      closeEvents();
    }
  }

  private void closeEvents() throws IOException {
    if (events != null) {
      events.close();
      events = null;
    }
  }
}
