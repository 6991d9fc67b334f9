package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.Dataset;
import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunInfo;
import dev.cambium.nn.Architecture;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Layer;
import dev.cambium.nn.LayerContext;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.init.Literal;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.nn.loss.Loss;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Value;
import dev.cambium.optim.Adam;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one training or evaluation leaves in a model does not reach the next. */
class TrainingStateTest {
  private static final Blobs DATA = new Blobs(32, 1);

  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());

  @TempDir Path folder;

  @AfterEach
  void allMemoryIsFreed() {
    assertEquals(0, backend.memory().bytes());
    backend.close();
  }

  private Model model() {
    return Model.create(
        ModelSpec.of(Sequential.of(Flatten.of(), Linear.of(3)), Blobs.SAMPLE, Blobs.CLASSES),
        7,
        backend);
  }

  @Test
  void eachEvaluationUsesTheClassWeightsOfItsOwnLoss() {
    Loss first = CrossEntropy.ofLabels().classWeights(1, 1, 1);
    Loss second = CrossEntropy.ofLabels().classWeights(5, 1, 0.1);
    double expected;
    try (Model model = model()) {
      expected = new Evaluator(model, second, 8).evaluate(DATA).loss();
    }
    try (Model model = model()) {
      double before = new Evaluator(model, first, 8).evaluate(DATA).loss();
      assertEquals(expected, new Evaluator(model, second, 8).evaluate(DATA).loss());
      assertEquals(before, new Evaluator(model, first, 8).evaluate(DATA).loss());
    }
  }

  @Test
  void aCheckpointHoldsNothingOfAnEarlierTrainingWithAnotherOptimiser() throws IOException {
    RunFolder run =
        RunFolder.create(folder.resolve("run"), RunInfo.now(Map.of(), 5, "reference", "test"));
    try (Model model = model()) {
      Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Adam.of(), 0.01))
          .build()
          .fit(DATA);
      Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of().momentum(0.5), 0.01))
          .runFolder(run)
          .build()
          .fit(DATA);
    }
    try (Model model = model()) {
      Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of().momentum(0.5), 0.01))
          .runFolder(run)
          .resume()
          .build()
          .fit(DATA);
    }
  }

  @Test
  void aLabelOutsideOfTheClassesIsNamedByTheEvaluator() {
    Dataset wrong =
        new Dataset() {
          @Override
          public int size() {
            return 8;
          }

          @Override
          public Shape sampleShape() {
            return Blobs.SAMPLE;
          }

          @Override
          public List<String> classNames() {
            return List.of("a", "b", "c", "d");
          }

          @Override
          public int label(int index) {
            return 3;
          }

          @Override
          public void copy(int index, float[] into, int offset) {
            DATA.copy(index, into, offset);
          }
        };
    try (Model model = model()) {
      Evaluator evaluator = new Evaluator(model, CrossEntropy.ofLabels(), 8);
      String message =
          assertThrows(IllegalArgumentException.class, () -> evaluator.evaluate(wrong))
              .getMessage();
      assertTrue(message.contains("label") && message.contains("3"), message);
    }
  }

  @Test
  void anEvaluatorsSettingsAreCheckedWhenItIsMade() {
    try (Model model = model()) {
      for (int[] wrong : new int[][] {{0, 1}, {8, 0}, {8, 4}}) {
        assertThrows(
            IllegalArgumentException.class,
            () -> new Evaluator(model, CrossEntropy.ofLabels(), wrong[0], wrong[1]));
      }
    }
  }

  @Test
  void aClosedModelSaysSo() {
    Model model = model();
    model.close();
    String message =
        assertThrows(
                IllegalStateException.class,
                () -> model.scores(HostArray.allocate(TensorType.float32(1, 1, 6, 6))))
            .getMessage();
    assertTrue(message.contains("closed"), message);
  }

  /** Multiplies by numbers that belong to the layer, not to what is trained. */
  record FixedScale(Literal factors) implements Layer {
    @Override
    public Value describe(LayerContext context, Value input) {
      TensorType type = input.tensorType().withShape(Shape.of(factors.values().size()));
      return context.emit(
          new BinaryMath(BinaryMath.Function.MULTIPLY),
          input,
          context.constant("factors", type, factors));
    }
  }

  @Test
  void aLoadedModelHasTheConstantsOfItsLayers() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Architecture architecture = Architecture.STANDARD.with(FixedScale.class);
    Sequential layers =
        Sequential.of(Linear.of(3), new FixedScale(new Literal(List.of(1.0, 2.0, 3.0))));
    HostArray input = HostArray.allocate(TensorType.float32(1, 1, 6, 6));
    input.set(0, 1);
    double[] expected;
    try (Model model =
        Model.create(
            ModelSpec.of(layers, Blobs.SAMPLE, Blobs.CLASSES).with(architecture), 7, backend)) {
      expected = model.scores(input).toDoubles();
      model.save(file);
    }
    try (Model model = Model.load(file, backend, architecture)) {
      assertArrayEquals(expected, model.scores(input).toDoubles(), 1e-6);
    }
  }

  @Test
  void aResumeWithOtherSettingsThanTheCheckpointsIsRefused() throws IOException {
    RunFolder run =
        RunFolder.create(folder.resolve("run"), RunInfo.now(Map.of(), 5, "reference", "test"));
    try (Model model = model()) {
      resumable(model, run).build().fit(DATA);
      Map<String, HostArray> weights = model.weights();
      assertRefused("batchSize was 8, is 4", resumable(model, run).batchSize(4), DATA);
      assertRefused("seed was 3, is 4", resumable(model, run).seed(4), DATA);
      assertRefused("accumulate was 1, is 2", resumable(model, run).accumulate(2), DATA);
      assertRefused("samples were 32, are 16", resumable(model, run), new Blobs(16, 1));
      assertEquals(weights.get("1.weight").bytes(), model.weights().get("1.weight").bytes());
      assertEquals(8, resumable(model, run).epochs(2).resume().build().fit(DATA).progress().step());
    }
  }

  private static Trainer.Builder resumable(Model model, RunFolder run) {
    return Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of(), 0.01))
        .batchSize(8)
        .seed(3)
        .runFolder(run);
  }

  private static void assertRefused(String why, Trainer.Builder trainer, Dataset data) {
    Trainer resumed = trainer.resume().build();
    String message =
        assertThrows(IllegalArgumentException.class, () -> resumed.fit(data)).getMessage();
    assertTrue(message.contains(why), message);
  }

  @Test
  void earlyStoppingNeedsAValidation() {
    try (Model model = model()) {
      Trainer trainer =
          Trainer.builder(model, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of(), 0.01))
              .earlyStopping(new EarlyStopping(2))
              .build();
      String message =
          assertThrows(IllegalArgumentException.class, () -> trainer.fit(DATA)).getMessage();
      assertTrue(message.contains("validation"), message);
    }
  }
}
