package dev.cambium.train;

import dev.cambium.monitor.ProgressBar;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Shows a training on a {@link ProgressBar}: images per second, loss and accuracy since the last
 * report, the time that the epoch still takes; and after each epoch a line with its means and the
 * validation's.
 */
public final class ProgressListener implements TrainingListener {
  private final ProgressBar bar;
  private int epochs;
  private int batches;

  /** Shows progress on {@code bar}. */
  public ProgressListener(ProgressBar bar) {
    this.bar = Objects.requireNonNull(bar, "bar");
  }

  @Override
  public void started(TrainingProgress progress, int epochs, int batches) {
    this.epochs = epochs;
    this.batches = batches;
    begin(progress.epoch() + 1, progress.batch());
  }

  private void begin(int epoch, int done) {
    bar.begin("epoch " + epoch + "/" + epochs, batches, done);
  }

  @Override
  public void stepped(StepReport report) {
    bar.update(
        report.batch(),
        report.samples(),
        () -> {
          Map<String, Double> values = new LinkedHashMap<>();
          values.put("loss", report.loss());
          report.accuracy().ifPresent(accuracy -> values.put("accuracy", accuracy));
          return values;
        });
  }

  @Override
  public void epochEnded(EpochReport report) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", report.trainLoss());
    report.trainAccuracy().ifPresent(accuracy -> values.put("accuracy", accuracy));
    report
        .validation()
        .ifPresent(
            validation -> {
              values.put("validation_loss", validation.loss());
              values.put("validation_accuracy", validation.accuracy());
            });
    bar.end(values);
    begin(report.epoch() + 1, 0);
  }
}
