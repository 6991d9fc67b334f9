package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunInfo;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Linear;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.Adam;
import dev.cambium.optim.CosineSchedule;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.train.TrainingResult.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final Blobs TRAIN = new Blobs(99, 1);
  private static final Blobs VALIDATION = new Blobs(30, 2);

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

  private static Trainer.Builder trainer(Model model) {
    return Trainer.builder(
            model, CrossEntropy.ofLabels(), UpdateRule.of(Adam.of(), new CosineSchedule(0.01, 100)))
        .batchSize(16)
        .seed(5)
        .reportEvery(2);
  }

  private RunFolder run(String name) throws IOException {
    return RunFolder.create(folder.resolve(name), RunInfo.now(Map.of(), 5, "reference", "test"));
  }

  @Test
  void aNetworkLearnsAndIsValidatedAfterEachEpoch() throws IOException {
    List<EpochReport> epochs = new ArrayList<>();
    List<StepReport> steps = new ArrayList<>();
    try (Model model = model()) {
      TrainingResult result =
          trainer(model).epochs(4).listener(recorder(steps, epochs)).build().fit(TRAIN, VALIDATION);
      assertEquals(Outcome.COMPLETED, result.outcome());
      assertEquals(4 * 7, result.progress().step());
      Evaluation evaluation =
          new Evaluator(model, CrossEntropy.ofLabels(), 16).evaluate(VALIDATION);
      assertTrue(evaluation.accuracy() >= 0.9, "accuracy " + evaluation.accuracy());
      assertEquals(30, evaluation.samples());
      assertTrue(evaluation.topK() >= evaluation.correct());
    }
    assertEquals(4, epochs.size());
    assertEquals(99 * 4, steps.stream().mapToLong(StepReport::samples).sum());
    assertTrue(epochs.get(3).trainLoss() < epochs.get(0).trainLoss());
    assertTrue(epochs.get(0).best(), "the first epoch is the best so far");
  }

  @Test
  void theSameSeedGivesTheSameWeightsAndLossesToTheBit() throws IOException {
    List<StepReport> first = new ArrayList<>();
    List<StepReport> second = new ArrayList<>();
    assertSameWeights(trained(2, first), trained(2, second));
    assertEquals(first, second);
  }

  private Map<String, HostArray> trained(int epochs, List<StepReport> steps) throws IOException {
    try (Model model = model()) {
      trainer(model)
          .epochs(epochs)
          .listener(recorder(steps, new ArrayList<>()))
          .build()
          .fit(TRAIN, VALIDATION);
      return model.weights();
    }
  }

  @Test
  void aTrainingThatWasStoppedInAnEpochGoesOnAsIfItHadNot() throws IOException {
    RunFolder run = run("stopped");
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
      trainer[0] = trainer(model).epochs(3).runFolder(run).listener(stopper).build();
      TrainingResult result = trainer[0].fit(TRAIN, VALIDATION);
      assertEquals(Outcome.INTERRUPTED, result.outcome());
      assertEquals(10, result.progress().step());
    }
    try (Model model = model()) {
      TrainingResult result =
          trainer(model)
              .epochs(3)
              .runFolder(RunFolder.resume(run.path()))
              .resume()
              .build()
              .fit(TRAIN, VALIDATION);
      assertEquals(Outcome.COMPLETED, result.outcome());
      assertCloseWeights(trained(3, new ArrayList<>()), model.weights());
    }
  }

  @Test
  void watchingNeverChangesTheWeights() throws IOException {
    Set<String> watched = Set.of("0.output", "1.output", "2.output", "scores", "gradient.0.weight");
    List<StepReport> reports = new ArrayList<>();
    TrainingListener watcher =
        new TrainingListener() {
          @Override
          public Set<String> watches(long step) {
            return step % 3 == 0 ? watched : Set.of();
          }

          @Override
          public void stepped(StepReport report) {
            reports.add(report);
          }
        };
    try (Model model = model()) {
      trainer(model).epochs(2).listener(watcher).build().fit(TRAIN, VALIDATION);
      assertSameWeights(trained(2, new ArrayList<>()), model.weights());
    }
    StepReport report = reports.get(0);
    assertEquals(watched, report.watched().keySet());
    assertEquals("[16, 4, 6, 6]", report.watched().get("1.output").shape().toString());
  }

  @Test
  void aBuilderThatIsUsedAgainDoesNotReachATrainerThatIsThere() throws IOException {
    List<EpochReport> epochs = new ArrayList<>();
    try (Model model = model()) {
      Trainer.Builder builder = trainer(model);
      Trainer first = builder.build();
      Trainer second = builder.epochs(2).listener(recorder(new ArrayList<>(), epochs)).build();
      assertEquals(1, first.fit(TRAIN).progress().epoch());
      assertEquals(0, epochs.size(), "nobody listened when the first was built");
      assertEquals(2, second.fit(TRAIN).progress().epoch());
      assertEquals(2, epochs.size());
    }
  }

  @Test
  void accumulatedGradientsOfTwoHalvesAreThoseOfTheWhole() throws IOException {
    Sequential layers = Sequential.of(Flatten.of(), Linear.of(3));
    ModelSpec spec = ModelSpec.of(layers, Blobs.SAMPLE, Blobs.CLASSES);
    Blobs data = new Blobs(96, 1);
    List<Map<String, HostArray>> weights = new ArrayList<>();
    for (int accumulate : new int[] {1, 2}) {
      try (Model model = Model.create(spec, 7, backend)) {
        Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of().momentum(0.9), 0.1))
            .batchSize(16 / accumulate)
            .accumulate(accumulate)
            .seed(3)
            .build()
            .fit(data);
        weights.add(model.weights());
      }
    }
    for (String name : weights.get(0).keySet()) {
      double[] whole = weights.get(0).get(name).toDoubles();
      double[] halves = weights.get(1).get(name).toDoubles();
      for (int i = 0; i < whole.length; i++) {
        assertEquals(whole[i], halves[i], 1e-6, name + " differs by more than float rounding");
      }
    }
  }

  @Test
  void aLearningRateThatIsTooHighEndsTheTrainingAsDiverged() throws IOException {
    try (Model model = model()) {
      TrainingResult result =
          Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of(), 1e300))
              .build()
              .fit(TRAIN);
      assertEquals(Outcome.DIVERGED, result.outcome());
    }
  }

  @Test
  void earlyStoppingEndsATrainingThatDoesNotImprove() throws IOException {
    try (Model model = model()) {
      TrainingResult result =
          Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of(), 0))
              .epochs(50)
              .earlyStopping(new EarlyStopping(2))
              .build()
              .fit(TRAIN, VALIDATION);
      assertEquals(Outcome.STOPPED_EARLY, result.outcome());
      assertTrue(result.progress().epoch() < 50);
    }
  }

  @Test
  void aSavedModelPredictsTheSame() throws IOException {
    Path file = folder.resolve("model.safetensors");
    float[] images = new float[36 * 2];
    TRAIN.copy(0, images, 0);
    TRAIN.copy(1, images, 36);
    HostArray batch = HostArray.of(Model.batched(2, Blobs.SAMPLE), images);
    float[] expected;
    try (Model model = model()) {
      trainer(model).epochs(4).build().fit(TRAIN);
      expected = model.probabilities(batch).toFloats();
      model.save(file);
    }
    try (Model model = Model.load(file, backend)) {
      assertArrayEquals(expected, model.probabilities(batch).toFloats(), 1e-5f);
      assertEquals("top left", model.classify(TRAIN.image(0)).best().name());
    }
  }

  @Test
  void aCheckpointOfAnotherNetworkIsRefused() throws IOException {
    RunFolder run = run("other");
    try (Model model = model()) {
      trainer(model).runFolder(run).build().fit(TRAIN);
    }
    ModelSpec other =
        ModelSpec.of(Sequential.of(Flatten.of(), Linear.of(3)), Blobs.SAMPLE, Blobs.CLASSES);
    try (Model model = Model.create(other, 7, backend)) {
      IOException error =
          assertThrows(
              IOException.class, () -> trainer(model).runFolder(run).resume().build().fit(TRAIN));
      assertTrue(error.getMessage().contains("0.weight"), error.getMessage());
    }
  }

  @Test
  void weightsOfAnotherShapeAreRefusedAndNothingChanges() {
    try (Model model = model()) {
      Map<String, HostArray> before = model.weights();
      Map<String, HostArray> wrong = new java.util.LinkedHashMap<>(before);
      wrong.put("6.bias", HostArray.of(dev.cambium.tensor.Shape.of(2), 1f, 2f));
      wrong.remove("0.bias");
      IllegalArgumentException error =
          assertThrows(IllegalArgumentException.class, () -> model.setWeights(wrong));
      assertTrue(error.getMessage().contains("0.bias is missing"), error.getMessage());
      assertTrue(error.getMessage().contains("6.bias is FLOAT32[2]"), error.getMessage());
      assertSameWeights(before, model.weights());
    }
  }

  private static TrainingListener recorder(List<StepReport> steps, List<EpochReport> epochs) {
    return new TrainingListener() {
      @Override
      public void stepped(StepReport report) {
        steps.add(report);
      }

      @Override
      public void epochEnded(EpochReport report) {
        epochs.add(report);
      }
    };
  }

  /**
   * The reference backend keeps doubles, of which a checkpoint keeps floats: equal to their
   * rounding, grown in later steps.
   */
  private static void assertCloseWeights(
      Map<String, HostArray> expected, Map<String, HostArray> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach(
        (name, value) ->
            assertArrayEquals(value.toFloats(), actual.get(name).toFloats(), 1e-4f, name));
  }

  private static void assertSameWeights(
      Map<String, HostArray> expected, Map<String, HostArray> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    assertFalse(expected.isEmpty());
    expected.forEach(
        (name, value) -> assertEquals(value.bytes(), actual.get(name).bytes(), name + " differs"));
  }
}
