package dev.cambium.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.cambium.data.DataSplits;
import dev.cambium.data.Dataset;
import dev.cambium.data.Digits;
import dev.cambium.data.augment.CutMix;
import dev.cambium.data.augment.MixUp;
import dev.cambium.data.augment.RandomMix;
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
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.runtime.Safetensors;
import dev.cambium.tensor.HostArray;
import dev.cambium.train.Model;
import dev.cambium.train.ModelSpec;
import dev.cambium.train.StepReport;
import dev.cambium.train.Trainer;
import dev.cambium.train.TrainingListener;
import dev.cambium.train.TrainingResult.Outcome;
import dev.cambium.train.WeightAverage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trainings with mixed batches and averaged weights, to the bit: a checkpoint keeps the floats that
 * this backend computes with.
 */
class ResumedTrainingTest extends OpenBackend {
  private static final DataSplits DIGITS = Digits.open(1, 90, 30);
  private static final Dataset TRAIN = DIGITS.train();
  private static final WeightAverage AVERAGE = WeightAverage.exponential(0.95).warmUp(true);

  @TempDir Path folder;

  private static Model model() {
    Sequential layers =
        Sequential.of(
            Conv2d.of(4, 3),
            BatchNorm.of(),
            ReLU.of(),
            MaxPool2d.of(2),
            Flatten.of(),
            Dropout.of(0.2),
            Linear.of(10));
    return Model.create(
        ModelSpec.of(layers, TRAIN.sampleShape(), TRAIN.classNames()), 7, backend());
  }

  /** Six steps an epoch. */
  private static Trainer.Builder trainer(Model model) {
    return Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Adam.of(), 0.01))
        .epochs(3)
        .batchSize(16)
        .seed(5)
        .reportEvery(2)
        .mix(RandomMix.of(MixUp.of(0.4), CutMix.of(1)));
  }

  private RunFolder run(String name) throws IOException {
    return RunFolder.create(folder.resolve(name), RunInfo.now(Map.of(), 5, "cpu", "test"));
  }

  private static Map<String, HostArray> trained(UnaryOperator<Trainer.Builder> settings)
      throws IOException {
    try (Model model = model()) {
      Trainer trainer = settings.apply(trainer(model)).build();
      assertEquals(Outcome.COMPLETED, trainer.fit(TRAIN, DIGITS.test()).outcome());
      return model.weights();
    }
  }

  private static void assertSame(Map<String, HostArray> expected, Map<String, HostArray> actual) {
    expected.forEach(
        (name, value) -> assertEquals(value.bytes(), actual.get(name).bytes(), name + " differs"));
  }

  @Test
  void aTrainingThatWasStoppedInAnEpochGoesOnToTheBit() throws IOException {
    RunFolder run = run("stopped");
    try (Model model = model()) {
      Trainer[] trainer = new Trainer[1];
      TrainingListener stopper =
          new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
              if (report.step() == 8) {
                trainer[0].requestStop();
              }
            }
          };
      trainer[0] = trainer(model).averageWeights(AVERAGE).runFolder(run).listener(stopper).build();
      assertEquals(Outcome.INTERRUPTED, trainer[0].fit(TRAIN, DIGITS.test()).outcome());
    }
    RunFolder whole = run("whole");
    assertSame(
        trained(t -> t.averageWeights(AVERAGE).runFolder(whole)),
        trained(t -> t.averageWeights(AVERAGE).runFolder(run).resume()));
    assertSame(
        Safetensors.read(whole.lastCheckpoint()).tensors(),
        Safetensors.read(run.lastCheckpoint()).tensors());
  }

  @Test
  void theWayOfTheWeightsIsThatWithoutAnAverage() throws IOException {
    RunFolder run = run("averaged");
    Map<String, HostArray> plain = trained(t -> t);
    Map<String, HostArray> averaged = trained(t -> t.averageWeights(AVERAGE).runFolder(run));
    assertSame(plain, Safetensors.read(run.lastCheckpoint()).tensors());
    assertNotEquals(plain.get("0.weight").bytes(), averaged.get("0.weight").bytes());
  }

  @Test
  void aDecayOfZeroGivesTheWeightsThemselves() throws IOException {
    assertSame(trained(t -> t), trained(t -> t.averageWeights(WeightAverage.exponential(0))));
  }

  @Test
  void weightsThatStandStillAreTheirOwnAverage() throws IOException {
    Sequential layers = Sequential.of(Flatten.of(), Linear.of(10));
    ModelSpec spec = ModelSpec.of(layers, TRAIN.sampleShape(), TRAIN.classNames());
    try (Model model = Model.create(spec, 7, backend())) {
      Map<String, HostArray> before = model.weights();
      Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of(), 0))
          .epochs(200)
          .batchSize(16)
          .averageWeights(WeightAverage.exponential(0.9999))
          .build()
          .fit(TRAIN);
      float[] weights = model.weights().get("1.weight").toFloats();
      for (int i = 0; i < weights.length; i++) {
        float expected = before.get("1.weight").toFloats()[i];
        assertEquals(expected, weights[i], 4 * Math.ulp(expected), "no drift in 1200 updates");
      }
    }
  }
}
