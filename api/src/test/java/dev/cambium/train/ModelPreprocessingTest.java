package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.DataLoader;
import dev.cambium.data.Dataset;
import dev.cambium.data.Digits;
import dev.cambium.data.PreprocessedDataset;
import dev.cambium.data.Preprocessing;
import dev.cambium.data.preprocess.ChannelStandardization;
import dev.cambium.data.preprocess.MeanImage;
import dev.cambium.data.preprocess.Pca;
import dev.cambium.data.preprocess.PrincipalComponents;
import dev.cambium.data.preprocess.Standardization;
import dev.cambium.data.preprocess.Whitening;
import dev.cambium.image.Image;
import dev.cambium.monitor.RunFolder;
import dev.cambium.monitor.RunInfo;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.optim.Sgd;
import dev.cambium.optim.UpdateRule;
import dev.cambium.runtime.Safetensors;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statistics of preprocessing travel with the model and its checkpoints. */
class ModelPreprocessingTest {
  private static final Dataset DIGITS = Digits.open(1, 60, 20).train();

  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());

  @TempDir Path folder;

  @AfterEach
  void close() {
    backend.close();
  }

  private Model model(Preprocessing preprocessing) {
    return Model.create(
        ModelSpec.of(
                Sequential.of(Flatten.of(), Linear.of(10)),
                DIGITS.sampleShape(),
                DIGITS.classNames())
            .with(preprocessing),
        7,
        backend);
  }

  private Path saved(Preprocessing preprocessing) throws IOException {
    Path file = folder.resolve("model.safetensors");
    try (Model model = model(preprocessing)) {
      model.save(file);
    }
    return file;
  }

  /** What {@code preprocessing} makes of the first digit. */
  private static float[] applied(Preprocessing preprocessing) {
    Dataset result = new PreprocessedDataset(DIGITS, preprocessing);
    float[] out = new float[result.sampleShape().intSize()];
    result.copy(0, out, 0);
    return out;
  }

  @Test
  void everyFormComesBackBitByBit() throws IOException {
    PrincipalComponents components = PrincipalComponents.fit(DIGITS, 12);
    MeanImage mean = MeanImage.fit(DIGITS);
    for (Preprocessing fitted :
        List.of(
            Preprocessing.NONE,
            ChannelStandardization.fit(DIGITS),
            mean,
            Standardization.fit(DIGITS),
            new Pca(components),
            Whitening.pca(components, 0.01),
            Whitening.zca(components, 0.01),
            mean.andThen(Pca.fit(new PreprocessedDataset(DIGITS, mean), 3)))) {
      Path file = saved(fitted);
      try (Model model = Model.load(file, backend)) {
        assertEquals(fitted, model.spec().preprocessing());
        assertArrayEquals(applied(fitted), applied(model.spec().preprocessing()));
      }
    }
  }

  @Test
  void aModelOfComponentsClassifiesAndIsMeasured() throws IOException {
    Pca pca = Pca.fit(DIGITS, 5);
    Path file = saved(pca);
    try (Model before = model(pca);
        Model model = Model.load(file, backend)) {
      assertEquals(Shape.of(5), model.network().sample());
      float[] probabilities =
          model.probabilities(HostArray.of(Shape.of(1, 5), applied(pca))).toFloats();
      List<Image> pictures = List.of(DIGITS.image(3), DIGITS.image(0));
      double[] classified = model.probabilities(pictures)[1];
      for (int c = 0; c < classified.length; c++) {
        assertEquals(probabilities[c], classified[c], 1e-6);
      }
      Evaluation evaluation = new Evaluator(model, CrossEntropy.ofLabels(), 16).evaluate(DIGITS);
      assertEquals(DIGITS.size(), evaluation.samples());
      assertEquals(
          new Evaluator(before, CrossEntropy.ofLabels(), 16).evaluate(DIGITS).loss(),
          evaluation.loss(),
          1e-6);
      try (DataLoader loader = DataLoader.builder(DIGITS, 4).preprocessing(pca).build()) {
        assertEquals(Shape.of(5), loader.sampleShape());
      }
    }
  }

  @Test
  void checkpointsAreModelsToo() throws IOException {
    Whitening zca = Whitening.zca(PrincipalComponents.fit(DIGITS, 20), 0.1);
    RunFolder run =
        RunFolder.create(folder.resolve("run"), RunInfo.now(Map.of(), 5, "reference", "test"));
    UpdateRule rule = UpdateRule.of(Sgd.of().momentum(0.9), 0.1);
    Map<String, HostArray> weights;
    try (Model model = model(zca)) {
      Trainer.builder(model, CrossEntropy.ofLabels(), rule)
          .epochs(1)
          .runFolder(run)
          .build()
          .fit(DIGITS);
      weights = model.weights();
    }
    for (Path file : List.of(run.lastCheckpoint(), run.bestCheckpoint())) {
      try (Model model = Model.load(file, backend)) {
        assertEquals(zca, model.spec().preprocessing());
        weights.forEach(
            (name, value) ->
                assertArrayEquals(value.toFloats(), model.weights().get(name).toFloats(), name));
      }
    }
    try (Model model = model(zca)) {
      TrainingResult result =
          Trainer.builder(model, CrossEntropy.ofLabels(), rule)
              .epochs(2)
              .runFolder(run)
              .resume()
              .build()
              .fit(DIGITS);
      assertEquals(2, result.progress().epoch());
    }
  }

  @Test
  void missingOrWrongStatisticsAreNamed() throws IOException {
    Path file = saved(Pca.fit(DIGITS, 5));
    Safetensors read = Safetensors.read(file);
    Map<String, HostArray> tensors = new LinkedHashMap<>(read.tensors());
    HostArray components = tensors.remove("preprocessing.components");
    assertBroken(
        read, tensors, "\"components\" of a preprocessing must be FLOAT32[5, 784], got none");
    tensors.put("preprocessing.components", components.reshape(Shape.of(784, 5)));
    assertBroken(read, tensors, "must be FLOAT32[5, 784], got FLOAT32[784, 5]");
    tensors.put("preprocessing.components", components);
    HostArray variances = HostArray.of(Shape.of(5), 1f, 1f, 1f, Float.NaN, 1f);
    tensors.put("preprocessing.variances", variances);
    assertBroken(read, tensors, "\"variances\" of a preprocessing must be finite, got NaN");
    variances.set(3, -1);
    assertBroken(read, tensors, "variances of components must not be negative, got -1.0");
    variances.set(3, 1);
    tensors.put("preprocessing.other", variances);
    Path broken = folder.resolve("broken.safetensors");
    Safetensors.write(broken, tensors, read.metadata());
    String message =
        assertThrows(IOException.class, () -> Model.load(broken, backend)).getMessage();
    assertTrue(message.contains("unexpected preprocessing.other"), message);
  }

  private void assertBroken(Safetensors read, Map<String, HostArray> tensors, String part)
      throws IOException {
    Path broken = folder.resolve("broken.safetensors");
    Safetensors.write(broken, tensors, read.metadata());
    String message =
        assertThrows(ModelFormatException.class, () -> Model.load(broken, backend)).getMessage();
    assertTrue(message.contains("broken.safetensors: the preprocessing of its model"), message);
    assertTrue(message.contains(part), message);
  }

  @Test
  void aStateWithTheNameOfAStatisticIsRefused() {
    HostArray mean = HostArray.of(Shape.of(1), 0f);
    ModelSpec spec =
        ModelSpec.of(Linear.of(2), Shape.of(1), List.of("a", "b"))
            .with(Standardization.of(Shape.of(1), new float[] {0}, new float[] {1}));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> ModelFile.withStatistics(Map.of("preprocessing.mean", mean), spec))
            .getMessage();
    assertTrue(message.contains("state preprocessing.mean"), message);
  }
}
