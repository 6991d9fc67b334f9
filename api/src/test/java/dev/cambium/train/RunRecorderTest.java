package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.monitor.MetricRow;
import dev.cambium.monitor.ProgressBar;
import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunInfo;
import dev.cambium.monitor.Terminal;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.train.TrainingResult.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecorderTest {
  private static final Blobs TRAIN = new Blobs(48, 1);
  private static final Blobs VALIDATION = new Blobs(30, 2);
  private static final int EPOCHS = 3;
  private static final int BATCHES = 6;

  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());

  @TempDir Path folder;

  @AfterEach
  void close() {
    backend.close();
  }

  private RunFolder folder(String name) throws IOException {
    return RunFolder.create(folder.resolve(name), RunInfo.now(Map.of(), 5, "reference", "test"));
  }

  private Model model() {
    return Model.create(
        ModelSpec.of(Sequential.of(Flatten.of(), Linear.of(3)), Blobs.SAMPLE, Blobs.CLASSES),
        7,
        backend);
  }

  private static Trainer.Builder trainer(Model model, RunFolder run) {
    return Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of(), 0.1))
        .epochs(EPOCHS)
        .batchSize(8)
        .seed(5)
        .reportEvery(2)
        .runFolder(run);
  }

  private RunFolder trained(String name) throws IOException {
    RunFolder run = folder(name);
    try (Model model = model();
        RunRecorder recorder = new RunRecorder(run)) {
      trainer(model, run).listener(recorder).build().fit(TRAIN, VALIDATION);
    }
    return run;
  }

  /** Trains until the given step is done, as a process does that is killed after it. */
  private RunFolder stopped(String name, long step, boolean checkpoint) throws IOException {
    RunFolder run = folder(name);
    RuntimeException kill = new IllegalStateException("killed");
    try (Model model = model();
        RunRecorder recorder = new RunRecorder(run)) {
      Trainer[] trainer = new Trainer[1];
      TrainingListener killer =
          new TrainingListener() {
            @Override
            public Set<String> watches(long number) {
              if (number == step && checkpoint) {
                trainer[0].requestStop();
              } else if (number == step) {
                throw kill;
              }
              return Set.of();
            }
          };
      trainer[0] = trainer(model, run).listener(recorder).listener(killer).build();
      trainer[0].fit(TRAIN, VALIDATION);
      assertTrue(checkpoint);
    } catch (IllegalStateException e) {
      assertEquals(kill, e);
    }
    return run;
  }

  private static List<Path> events(RunFolder run) throws IOException {
    try (Stream<Path> files = Files.list(run.path())) {
      return files.filter(f -> f.getFileName().toString().contains("tfevents")).sorted().toList();
    }
  }

  @Test
  void eachReportAndEachEpochIsARow() throws IOException {
    List<MetricRow> rows = trained("run").readMetrics();
    assertEquals(EPOCHS * (BATCHES / 2 + 2), rows.size());
    assertEquals(List.of(2L, 4L, 6L, 6L, 6L, 8L), steps(rows).subList(0, 6));
    MetricRow report = rows.get(0);
    assertEquals("train", report.split());
    assertEquals(1, report.epoch());
    assertEquals(
        List.of("loss", "accuracy", "learningRate"), List.copyOf(report.values().keySet()));
    assertEquals(0.1, report.values().get("learningRate"));
    MetricRow epoch = rows.get(3);
    assertEquals("train", epoch.split());
    double mean = rows.subList(0, 3).stream().mapToDouble(r -> r.values().get("loss")).sum() / 3;
    assertEquals(mean, epoch.values().get("epochLoss"), 1e-12);
    MetricRow validation = rows.get(4);
    assertEquals("validation", validation.split());
    assertEquals(
        List.of("loss", "accuracy", "top2Accuracy"), List.copyOf(validation.values().keySet()));
  }

  @Test
  void twoRunsOfOneSeedWriteTheSameMetrics() throws IOException {
    assertEquals(
        Files.readString(trained("first").metricsFile()),
        Files.readString(trained("second").metricsFile()));
  }

  @Test
  void rowsAreOnTheDiskBeforeTheRunEnds() throws IOException {
    RunFolder run = folder("run");
    int[] seen = new int[1];
    TrainingListener reader =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) throws IOException {
            seen[0]++;
            List<MetricRow> rows = run.readMetrics();
            assertEquals(report.step(), rows.get(rows.size() - 1).step());
            assertTrue(Files.size(events(run).get(0)) > 100L * seen[0]);
          }
        };
    try (Model model = model();
        RunRecorder recorder = new RunRecorder(run)) {
      trainer(model, run).listener(recorder).listener(reader).build().fit(TRAIN, VALIDATION);
    }
    assertEquals(EPOCHS * BATCHES / 2, seen[0]);
  }

  @Test
  void aResumedRunDropsWhatLiesBehindItsCheckpointAndGoesOn() throws IOException {
    List<MetricRow> whole = trained("whole").readMetrics();
    RunFolder run = stopped("killed", 11, false);
    assertEquals(10, last(steps(run.readMetrics()))); // its checkpoint is of step 6
    try (Model model = model();
        RunRecorder recorder = new RunRecorder(run)) {
      Trainer trainer = trainer(model, run).listener(recorder).resume().build();
      assertEquals(Outcome.COMPLETED, trainer.fit(TRAIN, VALIDATION).outcome());
    }
    assertSameRows(whole, run.readMetrics());
    assertEquals(2, events(run).size());
  }

  @Test
  void aRunThatWasStoppedBetweenTwoReportsGoesOnWithTheSameRows() throws IOException {
    List<MetricRow> whole = trained("whole").readMetrics();
    RunFolder run = stopped("stopped", 9, true);
    try (Model model = model();
        RunRecorder recorder = new RunRecorder(run)) {
      trainer(model, run).listener(recorder).resume().build().fit(TRAIN, VALIDATION);
    }
    assertSameRows(whole, run.readMetrics());
  }

  @Test
  void aRunWithoutACheckpointStartsItsMetricsAnew() throws IOException {
    String whole = Files.readString(trained("whole").metricsFile());
    RunFolder run = stopped("killed", 5, false);
    assertFalse(Files.exists(run.lastCheckpoint()));
    assertFalse(run.readMetrics().isEmpty());
    try (Model model = model();
        RunRecorder recorder = new RunRecorder(run)) {
      trainer(model, run).listener(recorder).build().fit(TRAIN, VALIDATION);
    }
    assertEquals(whole, Files.readString(run.metricsFile()));
  }

  @Test
  void theTestResultIsARowOnce() throws IOException {
    RunFolder run = folder("run");
    for (int i = 0; i < 2; i++) {
      try (Model model = model();
          RunRecorder recorder = new RunRecorder(run)) {
        Trainer.Builder trainer = trainer(model, run).listener(recorder);
        (i == 0 ? trainer : trainer.resume()).build().fit(TRAIN, VALIDATION);
        recorder.tested(2, new Evaluator(model, CrossEntropy.ofLabels(), 8).evaluate(VALIDATION));
      }
    }
    List<MetricRow> tests =
        run.readMetrics().stream().filter(row -> row.split().equals("test")).toList();
    assertEquals(1, tests.size());
    assertEquals(EPOCHS * BATCHES, tests.get(0).step());
    assertEquals(2, tests.get(0).epoch());
  }

  @Test
  void progressIsALinePerEpochWhereNobodyWatches() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ProgressBar bar =
        new ProgressBar(new PrintStream(text, true, StandardCharsets.UTF_8), Terminal.none());
    RunFolder run = folder("run");
    try (Model model = model()) {
      trainer(model, run).listener(new ProgressListener(bar)).build().fit(TRAIN, VALIDATION);
    }
    List<String> lines = text.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(EPOCHS, lines.size());
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      String form =
          "epoch %d/3 6/6 \\d+ images/s loss [0-9.]+ accuracy [0-9.]+ validation_loss [0-9.]+ validation_accuracy [0-9.]+ in 0:00";
      String line = lines.get(epoch - 1);
      assertTrue(line.matches(form.formatted(epoch)), line);
    }
  }

  /** The reference backend keeps doubles, of which a checkpoint has the nearest floats. */
  private static void assertSameRows(List<MetricRow> expected, List<MetricRow> rows) {
    assertEquals(steps(expected), steps(rows));
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Double> values = rows.get(i).values();
      assertEquals(expected.get(i).split(), rows.get(i).split());
      assertEquals(expected.get(i).values().keySet(), values.keySet());
      expected.get(i).values().forEach((k, v) -> assertEquals(v, values.get(k), 1e-6, k));
    }
  }

  private static List<Long> steps(List<MetricRow> rows) {
    return rows.stream().map(MetricRow::step).toList();
  }

  private static long last(List<Long> steps) {
    return steps.get(steps.size() - 1);
  }
}
