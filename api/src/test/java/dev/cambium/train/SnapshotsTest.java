package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.image.Image;
import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunInfo;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.DropConnect;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.CosineCycles;
import dev.cambium.optim.ParameterGroup;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings of 4 batches an epoch, with random connections and limited weights. */
class SnapshotsTest {
  private static final Blobs TRAIN = new Blobs(60, 1);

  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());

  @TempDir Path folder;

  @AfterEach
  void allMemoryIsFreed() {
    assertEquals(0, backend.memory().bytes());
    backend.close();
  }

  private Model model() {
    Sequential layers =
        Sequential.of(Flatten.of(), DropConnect.of(8, 0.3), BatchNorm.of(), Linear.of(3));
    return Model.create(ModelSpec.of(layers, Blobs.SAMPLE, Blobs.CLASSES), 7, backend);
  }

  private static Trainer.Builder trainer(Model model) {
    UpdateRule rule =
        UpdateRule.of(Sgd.of().momentum(0.9), new CosineCycles(0.1, 6))
            .group(ParameterGroup.of(StateSpec::isWeight).maxNorm(1.2));
    return Trainer.builder(model, CrossEntropy.ofLabels(), rule)
        .batchSize(16)
        .seed(5)
        .reportEvery(4);
  }

  /** Keeps all weights after each epoch. */
  private static TrainingListener recorder(Model model, List<Map<String, HostArray>> epochs) {
    return new TrainingListener() {
      @Override
      public void epochEnded(EpochReport report) {
        epochs.add(model.weights());
      }
    };
  }

  private static void assertSame(Map<String, HostArray> expected, Map<String, HostArray> got) {
    assertEquals(expected.keySet(), got.keySet());
    expected.forEach(
        (name, value) -> assertArrayEquals(value.toDoubles(), got.get(name).toDoubles(), name));
  }

  @Test
  void theMembersHaveTheWeightsOfTheirEpochs() throws IOException {
    List<Map<String, HostArray>> epochs = new ArrayList<>();
    try (Model model = model()) {
      Snapshots snapshots = Snapshots.everyEpochs(model, 2);
      trainer(model)
          .epochs(5)
          .listener(snapshots)
          .listener(recorder(model, epochs))
          .build()
          .fit(TRAIN);
      assertEquals(2, snapshots.size());
      try (Ensemble ensemble = snapshots.ensemble()) {
        Model second = (Model) ensemble.members().get(0);
        Model fourth = (Model) ensemble.members().get(1);
        assertSame(epochs.get(1), second.weights());
        assertSame(epochs.get(3), fourth.weights());
        List<Image> images = List.of(TRAIN.image(0), TRAIN.image(1));
        double[][] one = second.probabilities(images);
        double[][] other = fourth.probabilities(images);
        double[][] both = ensemble.probabilities(images);
        for (int i = 0; i < 2; i++) {
          for (int c = 0; c < 3; c++) {
            assertEquals((one[i][c] + other[i][c]) / 2, both[i][c], 1e-12);
          }
        }
        assertTrue(ensemble.accuracy(new Blobs(30, 2), 8).value() >= 0.9);
      }
      assertSame(epochs.get(4), model.weights());
    }
  }

  /** Cycles of 6 batches end in the middle of epochs of 4: 3 in 5 epochs, 2 of them kept. */
  @Test
  void cyclesEndWithinEpochsAndTheNewestAreKept() throws IOException {
    List<Map<String, HostArray>> epochs = new ArrayList<>();
    try (Model model = model()) {
      Snapshots snapshots = Snapshots.everySteps(model, 6).keeping(2);
      trainer(model)
          .epochs(5)
          .listener(snapshots)
          .listener(recorder(model, epochs))
          .build()
          .fit(TRAIN);
      assertEquals(2, snapshots.size());
      try (Ensemble ensemble = snapshots.ensemble()) {
        assertSame(epochs.get(2), ((Model) ensemble.members().get(0)).weights());
        assertFalse(
            Arrays.equals(
                epochs.get(3).get("3.weight").toDoubles(),
                ((Model) ensemble.members().get(1)).weights().get("3.weight").toDoubles()),
            "step 18 is no end of an epoch");
      }
    }
  }

  @Test
  void lookingOnChangesNoBitAndASecondTrainingBeginsAnew() throws IOException {
    Map<String, HostArray> alone;
    try (Model model = model()) {
      trainer(model).epochs(2).build().fit(TRAIN);
      alone = model.weights();
    }
    try (Model model = model()) {
      Map<String, HostArray> start = model.weights();
      Snapshots snapshots = Snapshots.everySteps(model, 3);
      trainer(model).epochs(2).listener(snapshots).build().fit(TRAIN);
      assertSame(alone, model.weights());
      assertEquals(2, snapshots.size());
      model.setWeights(start);
      trainer(model).epochs(1).listener(snapshots).build().fit(TRAIN);
      assertEquals(1, snapshots.size());
    }
  }

  /** Rows of weights are at most 1.2 long after every epoch, and at the limit after some. */
  @Test
  void limitsOfWeightsAreKeptWhereGradientsAreAccumulatedAndTrainingIsResumed() throws IOException {
    RunFolder run =
        RunFolder.create(folder.resolve("run"), RunInfo.now(Map.of(), 5, "reference", "test"));
    Map<String, HostArray> whole;
    try (Model model = model()) {
      trainer(model).accumulate(2).epochs(4).build().fit(TRAIN);
      whole = model.weights();
    }
    try (Model model = model()) {
      trainer(model).accumulate(2).epochs(2).runFolder(run).build().fit(TRAIN);
      assertEquals(1.2, longestRow(model.weights().get("1.weight")), 1.2e-6);
    }
    try (Model model = model()) {
      trainer(model)
          .accumulate(2)
          .epochs(4)
          .runFolder(RunFolder.resume(run.path()))
          .resume()
          .build()
          .fit(TRAIN);
      // A checkpoint keeps floats, the reference backend doubles.
      whole.forEach(
          (name, value) ->
              assertArrayEquals(
                  value.toDoubles(), model.weights().get(name).toDoubles(), 1e-5, name));
      assertEquals(1.2, longestRow(model.weights().get("1.weight")), 1.2e-6);
    }
  }

  private static double longestRow(HostArray weight) {
    int columns = weight.shape().dim(1);
    double longest = 0;
    for (int row = 0; row < weight.shape().dim(0); row++) {
      double square = 0;
      for (int k = 0; k < columns; k++) {
        square += Math.pow(weight.get(row * columns + k), 2);
      }
      longest = Math.max(longest, Math.sqrt(square));
    }
    return longest;
  }

  @Test
  void withoutACopyThereIsNoEnsemble() {
    try (Model model = model()) {
      Snapshots none = Snapshots.everyEpochs(model, 1);
      assertThrows(IllegalStateException.class, none::ensemble);
      for (org.junit.jupiter.api.function.Executable wrong :
          List.<org.junit.jupiter.api.function.Executable>of(
              () -> Snapshots.everyEpochs(model, 0),
              () -> Snapshots.everySteps(model, 0),
              () -> none.keeping(0))) {
        String message = assertThrows(IllegalArgumentException.class, wrong).getMessage();
        assertTrue(message.contains("of Snapshots must be at least 1, got 0"), message);
      }
    }
  }
}
