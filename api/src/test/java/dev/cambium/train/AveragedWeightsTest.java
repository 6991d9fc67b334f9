package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunInfo;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.Adam;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.runtime.Safetensors;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.KernelTrace;
import dev.cambium.spi.TracingBackend;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.train.TrainingResult.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Averages of the weights, compared with what the host computes from the weights of each step. */
class AveragedWeightsTest {
  /** Four batches of 16. */
  private static final Blobs TRAIN = new Blobs(64, 1);

  private static final Blobs VALIDATION = new Blobs(30, 2);
  private static final WeightAverage SLOW = WeightAverage.exponential(0.9);

  private final TracingBackend backend =
      new TracingBackend(new ReferenceProvider().open(BackendConfig.defaults()));

  @TempDir Path folder;

  @AfterEach
  void allMemoryIsFreed() {
    assertEquals(0, backend.memory().bytes());
    backend.close();
  }

  private Model model() {
    Sequential layers =
        Sequential.of(Conv2d.of(4, 3), BatchNorm.of(), ReLU.of(), Flatten.of(), Linear.of(3));
    return Model.create(ModelSpec.of(layers, Blobs.SAMPLE, Blobs.CLASSES), 7, backend);
  }

  private static Trainer.Builder trainer(Model model) {
    return Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Adam.of(), 0.01))
        .batchSize(16)
        .seed(5)
        .reportEvery(1);
  }

  private RunFolder run(String name) throws IOException {
    return RunFolder.create(folder.resolve(name), RunInfo.now(Map.of(), 5, "reference", "test"));
  }

  /** A training: the weights before it, after each step, and after it. */
  private record Way(
      Map<String, HostArray> start,
      List<Map<String, HostArray>> steps,
      Map<String, HostArray> end,
      List<EpochReport> epochs) {}

  private Way way(int epochs, UnaryOperator<Trainer.Builder> settings) throws IOException {
    try (Model model = model()) {
      Map<String, HostArray> start = model.weights();
      List<Map<String, HostArray>> steps = new ArrayList<>();
      List<EpochReport> reports = new ArrayList<>();
      TrainingListener recorder =
          new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
              steps.add(model.weights());
            }

            @Override
            public void epochEnded(EpochReport report) {
              reports.add(report);
            }
          };
      settings
          .apply(trainer(model).epochs(epochs).listener(recorder))
          .build()
          .fit(TRAIN, VALIDATION);
      return new Way(start, steps, model.weights(), reports);
    }
  }

  /** The average of the weights by its formula, in double; shares are those of the new weights. */
  private static Map<String, double[]> followed(Way way, List<OptionalDouble> shares) {
    Map<String, double[]> averages = new LinkedHashMap<>();
    way.start.forEach((name, value) -> averages.put(name, value.toDoubles()));
    for (int t = 0; t < shares.size(); t++) {
      Map<String, HostArray> weights = way.steps.get(t);
      if (shares.get(t).isPresent()) {
        double s = shares.get(t).getAsDouble();
        averages.forEach(
            (name, average) -> {
              for (int i = 0; i < average.length; i++) {
                average[i] = (1 - s) * average[i] + s * weights.get(name).get(i);
              }
            });
      }
    }
    return averages;
  }

  private static void assertFollowed(Way way, List<OptionalDouble> shares) {
    assertEquals(way.steps.size(), shares.size());
    followed(way, shares)
        .forEach(
            (name, expected) -> {
              if (name.endsWith("num_batches_tracked")) {
                assertEquals(shares.size(), way.end.get(name).scalar(), "the training's own count");
              } else {
                // Weights are read as floats of about 1, and shares are exact to 2^-25.
                assertArrayEquals(expected, way.end.get(name).toDoubles(), 1e-6, name);
              }
            });
  }

  @Test
  void anExponentialAverageIsTheRecursionOfTheWeights() throws IOException {
    Way way = way(5, trainer -> trainer.averageWeights(SLOW));
    List<OptionalDouble> shares = new ArrayList<>();
    for (int t = 0; t < 20; t++) {
      shares.add(OptionalDouble.of(1 - 0.9));
    }
    assertFollowed(way, shares);
    assertNotSame(way.steps.get(19), way.end);
  }

  /** min(0.9, (1 + t) / (10 + t)) is 0.1, 2/11, 3/12, ... */
  @Test
  void aWarmUpForgetsTheFirstWeightsSooner() throws IOException {
    Way way = way(5, t -> t.averageWeights(WeightAverage.exponential(0.6).warmUp(true)));
    List<OptionalDouble> shares = new ArrayList<>();
    for (int t = 0; t < 20; t++) {
      shares.add(OptionalDouble.of(1 - Math.min(0.6, (1.0 + t) / (10.0 + t))));
    }
    assertEquals(0.9, shares.get(0).getAsDouble(), 1e-12);
    assertEquals(0.4, shares.get(19).getAsDouble(), 1e-12);
    assertFollowed(way, shares);
  }

  @Test
  void whereGradientsAreAccumulatedTheAverageFollowsUpdates() throws IOException {
    Way way = way(3, t -> t.accumulate(3).averageWeights(SLOW));
    List<OptionalDouble> shares = new ArrayList<>();
    for (int t = 1; t <= 12; t++) {
      shares.add(t % 3 == 0 ? OptionalDouble.of(1 - 0.9) : OptionalDouble.empty());
    }
    assertFollowed(way, shares);
  }

  /** Epoch ends are the steps 4, 8, ...; those of epochs 2 to 4 have a third each. */
  @Test
  void aUniformAverageIsTheMeanOfTheEndsOfEpochs() throws IOException {
    Way way = way(4, t -> t.averageWeights(WeightAverage.uniform(2)));
    List<OptionalDouble> shares = new ArrayList<>();
    for (int t = 1; t <= 16; t++) {
      shares.add(
          t % 4 > 0 ? OptionalDouble.empty() : OptionalDouble.of(1.0 / Math.max(1, t / 4 - 1)));
    }
    assertFollowed(way, shares);
    HostArray end = way.end.get("4.weight");
    for (int i = 0; i < end.shape().size(); i++) {
      double mean = 0;
      for (int step : new int[] {7, 11, 15}) {
        mean += way.steps.get(step).get("4.weight").get(i) / 3;
      }
      assertEquals(mean, end.get(i), 1e-6);
    }
  }

  @Test
  void aDecayOfZeroGivesTheWeightsThemselves() throws IOException {
    Way way = way(2, t -> t.averageWeights(WeightAverage.exponential(0)));
    assertSame(way.steps.get(7), way.end);
    assertSame(way(2, t -> t).end, way.end);
  }

  @Test
  void weightsThatStandStillAreTheirOwnAverage() throws IOException {
    Sequential layers = Sequential.of(Flatten.of(), Linear.of(3));
    ModelSpec spec = ModelSpec.of(layers, Blobs.SAMPLE, Blobs.CLASSES);
    try (Model model = Model.create(spec, 7, backend)) {
      Map<String, HostArray> before = model.weights();
      Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of(), 0))
          .epochs(10)
          .averageWeights(WeightAverage.exponential(0.9999))
          .build()
          .fit(TRAIN);
      assertSame(before, model.weights());
    }
  }

  /** To the bit, over epochs between which the averages stood in the weights' place. */
  @Test
  void theWayOfTheWeightsIsThatWithoutAnAverage() throws IOException {
    Way plain = way(3, t -> t);
    Way averaged = way(3, t -> t.averageWeights(SLOW));
    assertEquals(12, plain.steps.size());
    for (int i = 0; i < 12; i++) {
      assertSame(plain.steps.get(i), averaged.steps.get(i));
    }
    for (int i = 0; i < 3; i++) {
      assertEquals(plain.epochs.get(i).trainLoss(), averaged.epochs.get(i).trainLoss());
      assertNotEquals(plain.epochs.get(i).validation(), averaged.epochs.get(i).validation());
    }
  }

  @Test
  void theAverageIsValidatedAndKeptAndTheCheckpointHoldsBoth() throws IOException {
    RunFolder run = run("run");
    Way plain = way(3, t -> t);
    try (Model model = model()) {
      List<Map<String, HostArray>> seen = new ArrayList<>();
      List<EpochReport> reports = new ArrayList<>();
      TrainingListener recorder =
          new TrainingListener() {
            @Override
            public void epochEnded(EpochReport report) {
              seen.add(model.weights());
              reports.add(report);
            }
          };
      trainer(model)
          .epochs(3)
          .averageWeights(SLOW)
          .runFolder(run)
          .listener(recorder)
          .build()
          .fit(TRAIN, VALIDATION);
      assertSame(seen.get(2), model.weights());
      assertEquals(
          new Evaluator(model, CrossEntropy.ofLabels(), 16).evaluate(VALIDATION),
          reports.get(2).validation().orElseThrow());
      int best = 0;
      for (int i = 0; i < 3; i++) {
        best = reports.get(i).best() ? i : best;
      }
      Map<String, HostArray> kept = Safetensors.read(run.bestCheckpoint()).tensors();
      assertSame(seen.get(best), kept);
      Map<String, HostArray> last = Safetensors.read(run.lastCheckpoint()).tensors();
      plain
          .steps
          .get(11)
          .forEach((n, value) -> assertEquals(value.bytes(), last.get(n).bytes(), n));
      for (String name : model.weights().keySet()) {
        if (!name.endsWith("num_batches_tracked")) {
          assertEquals(
              model.weights().get(name).bytes(), last.get("average." + name).bytes(), name);
        }
      }
    }
  }

  /** The reference backend keeps doubles, of which a checkpoint keeps floats. */
  @Test
  void aStoppedTrainingGoesOnWithItsAverage() throws IOException {
    for (WeightAverage average :
        List.of(SLOW, WeightAverage.exponential(0.9).warmUp(true), WeightAverage.uniform(1))) {
      RunFolder run = run("stopped " + average);
      try (Model model = model()) {
        Trainer[] trainer = new Trainer[1];
        TrainingListener stopper =
            new TrainingListener() {
              @Override
              public void stepped(StepReport report) {
                if (report.step() == 6) {
                  trainer[0].requestStop();
                }
              }
            };
        trainer[0] =
            trainer(model)
                .epochs(3)
                .averageWeights(average)
                .runFolder(run)
                .listener(stopper)
                .build();
        assertEquals(Outcome.INTERRUPTED, trainer[0].fit(TRAIN, VALIDATION).outcome());
      }
      Way whole = way(3, t -> t.averageWeights(average));
      Way rest = way(3, t -> t.averageWeights(average).runFolder(run).resume());
      assertEquals(6, rest.steps.size());
      whole.end.forEach(
          (n, value) -> assertArrayEquals(value.toFloats(), rest.end.get(n).toFloats(), 1e-4f, n));
    }
  }

  @Test
  void aCheckpointWithoutAveragesIsRefused() throws IOException {
    RunFolder run = run("plain");
    way(1, t -> t.runFolder(run));
    String message =
        assertThrows(
                IOException.class,
                () -> way(2, t -> t.averageWeights(SLOW).runFolder(run).resume()))
            .getMessage();
    assertTrue(message.contains("average.0.weight"), message);
  }

  @Test
  void aSecondTrainingBeginsItsAverageAnew() throws IOException {
    try (Model model = model()) {
      trainer(model).averageWeights(SLOW).build().fit(TRAIN);
      Map<String, HostArray> before = model.weights();
      Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of(), 0))
          .averageWeights(SLOW)
          .build()
          .fit(TRAIN);
      assertEquals(before.get("0.weight").bytes(), model.weights().get("0.weight").bytes());
    }
  }

  @Test
  void anAverageIsOneLaunchAndNoUploadAStepAndNothingWhereNobodyAsks() throws IOException {
    Map<String, Long> plain = calls(t -> t);
    Map<String, Long> averaged = calls(t -> t.averageWeights(SLOW));
    assertEquals(null, plain.get("SgdUpdate"));
    assertEquals(4, averaged.get("SgdUpdate"));
    // One at the creation of each of the eight averages, and one of share and sign.
    assertEquals(plain.get("upload") + 8 + 1, averaged.get("upload"));
    try (Model model = model()) {
      trainer(model).build().fit(TRAIN);
      assertFalse(model.store().names().stream().anyMatch(name -> name.startsWith("average.")));
    }
  }

  private Map<String, Long> calls(UnaryOperator<Trainer.Builder> settings) throws IOException {
    try (Model model = model()) {
      backend.trace().reset();
      settings.apply(trainer(model)).build().fit(TRAIN);
      return backend.trace().byOperation().stream()
          .collect(Collectors.toMap(KernelTrace.Row::name, KernelTrace.Row::calls));
    }
  }

  @Test
  void numbersOutOfRangeAreRefused() {
    for (double wrong : new double[] {1, -0.1, Double.NaN}) {
      assertEquals(
          "decay of ExponentialAverage must be of [0, 1), got " + wrong,
          assertThrows(IllegalArgumentException.class, () -> WeightAverage.exponential(wrong))
              .getMessage());
    }
    assertEquals(
        "fromEpoch of UniformAverage must be at least 1, got 0",
        assertThrows(IllegalArgumentException.class, () -> WeightAverage.uniform(0)).getMessage());
  }

  @Test
  void anAverageOfOnesOwnMustGiveAShare() {
    WeightAverage wrong =
        new WeightAverage() {
          @Override
          public OptionalDouble afterUpdate(long update) {
            return OptionalDouble.of(1.5);
          }

          @Override
          public String toString() {
            return "Wrong";
          }
        };
    String message =
        assertThrows(IllegalArgumentException.class, () -> way(1, t -> t.averageWeights(wrong)))
            .getMessage();
    assertEquals(
        "Wrong must give the new weights a share of [0, 1], gave 1.5 at the update after 0",
        message);
  }

  private static void assertSame(Map<String, HostArray> expected, Map<String, HostArray> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach(
        (name, value) -> assertEquals(value.bytes(), actual.get(name).bytes(), name + " differs"));
  }

  private static void assertNotSame(
      Map<String, HostArray> unexpected, Map<String, HostArray> actual) {
    assertNotEquals(
        unexpected.get("0.weight").bytes(), actual.get("0.weight").bytes(), "0.weight is the same");
  }
}
