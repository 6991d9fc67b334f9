package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Batch;
import dev.cambium.data.BatchTransform;
import dev.cambium.data.DataLoader;
import dev.cambium.data.augment.CutMix;
import dev.cambium.data.augment.MixUp;
import dev.cambium.data.augment.RandomMix;
import dev.cambium.monitor.MetricRow;
import dev.cambium.monitor.ProgressBar;
import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunInfo;
import dev.cambium.monitor.Terminal;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.nn.loss.Loss;
import dev.cambium.nn.loss.MeanSquaredError;
import dev.cambium.optim.Adam;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.train.TrainingResult.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on mixed batches. */
class MixedTrainingTest {
  private static final Blobs TRAIN = new Blobs(99, 1);
  private static final Blobs VALIDATION = new Blobs(30, 2);
  private static final UpdateRule RULE = UpdateRule.of(Adam.of(), 0.01);
  private static final RandomMix MIX = RandomMix.of(MixUp.of(0.4), CutMix.of(1));

  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());

  @TempDir Path folder;

  @AfterEach
  void allMemoryIsFreed() {
    assertEquals(0, backend.memory().bytes());
    backend.close();
  }

  private Model model() {
    Sequential layers =
        Sequential.of(
            Conv2d.of(4, 3).padding(1),
            BatchNorm.of(),
            ReLU.of(),
            MaxPool2d.of(2),
            Flatten.of(),
            Dropout.of(0.2),
            Linear.of(3));
    return Model.create(ModelSpec.of(layers, Blobs.SAMPLE, Blobs.CLASSES), 7, backend);
  }

  private static Trainer.Builder trainer(Model model, BatchTransform mix) {
    return Trainer.builder(model, CrossEntropy.ofLabels(), RULE)
        .batchSize(16)
        .seed(5)
        .reportEvery(2)
        .mix(mix);
  }

  private RunFolder run(String name) throws IOException {
    return RunFolder.create(folder.resolve(name), RunInfo.now(Map.of(), 5, "reference", "test"));
  }

  @Test
  void aNetworkLearnsFromMixedImagesAndIsValidatedOnWholeOnes() throws IOException {
    List<EpochReport> epochs = new ArrayList<>();
    TrainingListener recorder =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            assertTrue(report.accuracy().isEmpty(), "a mixture has no right answer");
          }

          @Override
          public void epochEnded(EpochReport report) {
            epochs.add(report);
          }
        };
    try (Model model = model()) {
      trainer(model, MixUp.of(0.4)).epochs(6).listener(recorder).build().fit(TRAIN, VALIDATION);
      Evaluation evaluation =
          new Evaluator(model, CrossEntropy.ofLabels(), 16).evaluate(VALIDATION);
      assertTrue(evaluation.accuracy() >= 0.9, "accuracy " + evaluation.accuracy());
      assertEquals(evaluation, epochs.get(5).validation().orElseThrow());
    }
    assertTrue(epochs.get(5).trainAccuracy().isEmpty());
    assertTrue(epochs.get(5).trainLoss() < epochs.get(0).trainLoss());
  }

  /** The loss of soft targets, taken by hand from the scores of the step. */
  @Test
  void theLossOfAStepIsThatOfItsSoftTargets() {
    try (Model model = model();
        TrainingStep step =
            TrainingStep.of(model, CrossEntropy.ofLabels().forDistributions(), RULE, 1);
        DataLoader loader = DataLoader.builder(TRAIN, 16).mix(MIX, 3).threads(0).build()) {
      Batch batch = loader.epoch(0).next();
      float[] targets = batch.softTargets().orElseThrow().toFloats();
      var fetched = step.run(batch, 0, java.util.Set.of("loss", "scores"));
      double[] scores = fetched.get("scores").toDoubles();
      double expected = 0;
      for (int i = 0; i < 48; i++) {
        int row = i / 3 * 3;
        double sum = Math.exp(scores[row]) + Math.exp(scores[row + 1]) + Math.exp(scores[row + 2]);
        expected += targets[i] * (Math.log(sum) - scores[i]) / 16;
      }
      assertEquals(expected, fetched.get("loss").scalar(), 1e-5);
      TrainingStep.Counts counts = step.takeCounts();
      assertEquals(16 * expected, counts.loss(), 1e-4);
      assertEquals(-1, counts.correct());
    }
  }

  @Test
  void whatReadsReportsCopesWithoutAccuracy() throws IOException {
    RunFolder run = run("recorded");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    try (Model model = model();
        RunRecorder recorder = new RunRecorder(run)) {
      trainer(model, MIX)
          .listener(recorder)
          .listener(new ProgressListener(new ProgressBar(stream, Terminal.none())))
          .build()
          .fit(TRAIN, VALIDATION);
    }
    List<MetricRow> rows = run.readMetrics();
    assertEquals(List.of("loss", "learningRate"), List.copyOf(rows.get(0).values().keySet()));
    MetricRow epoch = rows.get(rows.size() - 2);
    assertEquals(List.of("epochLoss"), List.copyOf(epoch.values().keySet()));
    assertTrue(rows.get(rows.size() - 1).values().containsKey("accuracy"), "of the validation");
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("validation_accuracy"), text);
    assertFalse(text.contains(" accuracy"), text);
  }

  /**
   * The reference backend keeps doubles, of which a checkpoint keeps floats: so the run that was
   * never stopped is met to their rounding, and another that was stopped to the bit.
   */
  @Test
  void aTrainingThatWasStoppedInAnEpochGoesOnWithTheSameMixtures() throws IOException {
    Map<String, HostArray> whole;
    try (Model model = model()) {
      trainer(model, MIX).epochs(3).build().fit(TRAIN, VALIDATION);
      whole = model.weights();
    }
    Map<String, HostArray> first = resumed("first", 1);
    Map<String, HostArray> second = resumed("second", 4);
    whole.forEach(
        (name, value) -> {
          assertArrayEquals(value.toFloats(), first.get(name).toFloats(), 1e-4f, name);
          assertEquals(first.get(name).bytes(), second.get(name).bytes(), name);
        });
  }

  private Map<String, HostArray> resumed(String name, int threads) throws IOException {
    RunFolder run = run(name);
    try (Model model = model()) {
      Trainer[] trainer = new Trainer[1];
      TrainingListener stopper =
          new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
              if (report.step() == 10) {
                trainer[0].requestStop();
              }
            }
          };
      trainer[0] = trainer(model, MIX).epochs(3).runFolder(run).listener(stopper).build();
      assertEquals(Outcome.INTERRUPTED, trainer[0].fit(TRAIN, VALIDATION).outcome());
    }
    try (Model model = model()) {
      TrainingResult result =
          trainer(model, MIX)
              .epochs(3)
              .loaderThreads(threads)
              .runFolder(RunFolder.resume(run.path()))
              .resume()
              .build()
              .fit(TRAIN, VALIDATION);
      assertEquals(Outcome.COMPLETED, result.outcome());
      return model.weights();
    }
  }

  @Test
  void aLossThatDoesNotFitTheBatchIsRefused() {
    Loss labels = CrossEntropy.ofLabels();
    assertRefused(labels, true, "the batch is mixed", "forDistributions()");
    assertRefused(labels.forDistributions(), false, "the batch has labels alone", "mix()");
  }

  private void assertRefused(Loss loss, boolean mixed, String... parts) {
    DataLoader.Builder builder = DataLoader.builder(TRAIN, 16).threads(0);
    try (Model model = model();
        TrainingStep step = TrainingStep.of(model, loss, RULE, 1);
        DataLoader loader = (mixed ? builder.mix(MIX, 3) : builder).build()) {
      Batch batch = loader.epoch(0).next();
      String message =
          assertThrows(IllegalArgumentException.class, () -> step.run(batch, 0)).getMessage();
      for (String part : parts) {
        assertTrue(message.contains(part), message);
      }
    }
  }

  @Test
  void aLossWithoutDistributionsIsRefusedWhenTheTrainerIsBuilt() {
    try (Model model = model()) {
      Trainer.Builder trainer = Trainer.builder(model, MeanSquaredError.of(), RULE);
      String message =
          assertThrows(IllegalArgumentException.class, () -> trainer.mix(MIX)).getMessage();
      assertTrue(message.contains("MeanSquaredError"), message);
    }
  }
}
