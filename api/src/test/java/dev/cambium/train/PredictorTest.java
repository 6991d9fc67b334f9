package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.TensorDataset;
import dev.cambium.image.Image;
import dev.cambium.monitor.Accuracy;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.DropConnect;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Residual;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.SpatialDropout;
import dev.cambium.nn.init.Literal;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every predictor does, and a model as one. */
class PredictorTest {
  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());

  @AfterEach
  void allMemoryIsFreed() {
    assertEquals(0, backend.memory().bytes());
    backend.close();
  }

  /** Scores (2 a, 4 b) of pictures of two pixels (a, b). */
  private Model twoPixels() {
    Linear linear = Linear.of(2).bias(false).initializer(new Literal(List.of(2.0, 0.0, 0.0, 4.0)));
    return Model.create(
        ModelSpec.of(linear, Shape.of(1, 1, 2), List.of("left", "right")), 1, backend);
  }

  @Test
  void aModelGivesTheScoresOfPictures() {
    try (Model model = twoPixels()) {
      assertEquals(List.of("left", "right"), model.classNames());
      assertEquals(Shape.of(1, 1, 2), model.sample());
      double[][] scores = model.scores(List.of(pixels(0.5f, 0), pixels(0.25f, 0.75f)));
      assertArrayEquals(new double[] {1, 0}, scores[0], 0);
      assertArrayEquals(new double[] {0.5, 3}, scores[1], 0);
      assertEquals(0, model.scores(List.of()).length);
    }
  }

  private static Image pixels(float... values) {
    return Image.of(1, 1, values.length, values);
  }

  /** The white of a grey picture is 1 in each channel; covering keeps one colour as it is. */
  @Test
  void picturesAreBroughtToTheSizeAndChannelsOfTheSamples() {
    try (Model model = twoPixels()) {
      double[][] scores = model.scores(List.of(Image.filled(3, 5, 7, 1)));
      assertArrayEquals(new double[] {2, 4}, scores[0], 1e-6);
    }
  }

  /** e / (e + 1) = 0.7310585786300049. */
  @Test
  void softmaxOfTheScoresAreTheProbabilities() {
    Predictor predictor = FixedPredictor.of(1001, 1000);
    double[] probabilities = predictor.probabilities(List.of(pixels(1)))[0];
    assertArrayEquals(new double[] {0.7310585786300049, 0.2689414213699951}, probabilities, 1e-15);
    Prediction.ClassProbability best = predictor.classify(pixels(1)).best();
    assertEquals("cat", best.name());
    assertEquals(0.7310585786300049, best.probability(), 1e-15);
    assertEquals(2, predictor.classify(List.of(pixels(1), pixels(2))).size());
  }

  /** Right, wrong, a tie that the first class wins, a score that is no number: 2 of 4. */
  @Test
  void accuracyCountsTheHighestScores() {
    Predictor predictor =
        new FixedPredictor(
            List.of("cat", "dog"),
            FixedPredictor.PIXEL,
            List.of(
                new double[] {0, 1},
                new double[] {0, 1},
                new double[] {1, 1},
                new double[] {Double.NaN, 1}));
    assertEquals(Accuracy.of(2, 4), predictor.accuracy(data(1, 0, 0, 0), 4));
    assertEquals(Accuracy.of(2, 4), predictor.accuracy(data(1, 0, 0, 0), 64));
  }

  private static TensorDataset data(int... labels) {
    float[] values = new float[labels.length];
    return TensorDataset.of(
        HostArray.of(Shape.of(labels.length, 1, 1, 1), values),
        HostArray.of(Shape.of(labels.length), labels),
        List.of("a", "b", "c"));
  }

  @Test
  void accuracyOfAModelIsThatOfItsEvaluator() {
    Sequential net = Sequential.of(Conv2d.of(3, 3), Flatten.of(), Linear.of(3));
    try (Model model = Model.create(ModelSpec.of(net, Blobs.SAMPLE, Blobs.CLASSES), 4, backend)) {
      Blobs blobs = new Blobs(50, 9);
      Evaluation evaluation = new Evaluator(model, CrossEntropy.ofLabels(), 16).evaluate(blobs);
      for (int batch : new int[] {1, 16, 100}) {
        assertEquals(Accuracy.of(evaluation.correct(), 50), model.accuracy(blobs, batch));
      }
      assertTrue(evaluation.correct() > 0 && evaluation.correct() < 50);
    }
  }

  @Test
  void aModelWithRandomLayersComesBackFromItsFile(@TempDir Path folder) throws IOException {
    Sequential net =
        Sequential.of(
            SpatialDropout.of(0.2),
            Residual.of(Conv2d.of(1, 3).padding(1)).stochasticDepth(0.3),
            DropConnect.of(8, 0.5),
            Linear.of(3));
    List<Image> images = List.of(new Blobs(1, 1).image(0));
    Path file = folder.resolve("model.safetensors");
    try (Model model = Model.create(ModelSpec.of(net, Blobs.SAMPLE, Blobs.CLASSES), 4, backend)) {
      model.save(file);
      try (Model loaded = Model.load(file, backend)) {
        assertEquals(model.spec(), loaded.spec());
        // A file keeps floats, the reference backend doubles.
        assertArrayEquals(model.scores(images)[0], loaded.scores(images)[0], 1e-5);
      }
    }
  }

  @Test
  void dataThatDoNotFitAreNamed() {
    Predictor predictor = FixedPredictor.of(1, 0);
    assertTrue(message(() -> predictor.accuracy(new Blobs(3, 1), 8)).contains("[1, 6, 6]"));
    assertTrue(message(() -> predictor.accuracy(data(0), 0)).startsWith("batchSize"));
    String message = message(() -> predictor.accuracy(data(0, 2), 8));
    assertTrue(message.startsWith("label of sample 1 must be of 0 to 1, got 2"), message);
  }

  @Test
  void aModelOfVectorsTakesNoPictures() {
    ModelSpec vectors = ModelSpec.of(Linear.of(2), Shape.of(3), List.of("a", "b"));
    try (Model model = Model.create(vectors, 1, backend)) {
      List<Image> images = IntStream.range(0, 1).mapToObj(i -> pixels(1)).toList();
      assertThrows(IllegalStateException.class, () -> model.scores(images));
      assertTrue(message(() -> MarginalizedPredictor.of(model)).contains("[3]"));
    }
  }

  private static String message(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }
}
