package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.SampleTransform;
import dev.cambium.data.TensorDataset;
import dev.cambium.data.augment.Views;
import dev.cambium.image.Image;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.init.Literal;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MarginalizedPredictorTest {
  private static final List<String> CLASSES = List.of("left", "right");
  private static final Shape PAIR = Shape.of(1, 1, 2);

  private final Backend backend = new ReferenceProvider().open(BackendConfig.defaults());

  @AfterEach
  void allMemoryIsFreed() {
    assertEquals(0, backend.memory().bytes());
    backend.close();
  }

  private Model model(Shape sample, Layer... layers) {
    return Model.create(ModelSpec.of(Sequential.of(layers), sample, CLASSES), 1, backend);
  }

  /** Scores (a, b) of whatever two numbers come in. */
  private static Linear identity() {
    return Linear.of(2).bias(false).initializer(new Literal(List.of(1.0, 0.0, 0.0, 1.0)));
  }

  private static Image pixels(float... values) {
    return Image.of(1, 1, values.length, values);
  }

  /** Both crops of two columns out of three. */
  private record Crops() implements Views {
    @Override
    public List<Image> of(Image image) {
      return List.of(image.crop(0, 0, 1, 2), image.crop(0, 1, 1, 2));
    }

    @Override
    public Shape outputShape(Shape shape) {
      return Shape.of(shape.dim(0), 1, 2);
    }
  }

  @Test
  void withoutNoiseItIsTheModel() {
    try (Model model = model(PAIR, identity())) {
      Marginals marginals = MarginalizedPredictor.of(model).marginals(List.of(pixels(0.5f, 1)));
      assertEquals(1, marginals.passes());
      double[] logs = Scores.logSoftmax(new double[] {0.5, 1});
      assertArrayEquals(logs, marginals.scores()[0], 1e-15);
      assertArrayEquals(new double[2], marginals.deviations()[0], 0);
      assertEquals(0, MarginalizedPredictor.of(model).scores(List.of()).length);
      assertEquals(CLASSES, MarginalizedPredictor.of(model).classNames());
    }
  }

  /**
   * The pixels (1, 0) become (2, 0) or (0, 0), half each: probabilities of e^2 / (e^2 + 1) = 0.8808
   * and 0.5, with the mean 0.6904 and the deviation 0.1904; the mean score is 1. Standard errors
   * over 4000 draws are 0.1904 / 63 and 1 / 63.
   */
  @Test
  void drawsAverageOverTheNetworksOwnNoise() {
    try (Model model = model(PAIR, Dropout.of(0.5), identity())) {
      MarginalizedPredictor predictor = MarginalizedPredictor.of(model).draws(4000, 3);
      Marginals marginals = predictor.marginals(List.of(pixels(1, 0)));
      assertEquals(4000, marginals.passes());
      double kept = Math.exp(2) / (Math.exp(2) + 1);
      assertEquals(
          (kept + 0.5) / 2,
          Math.exp(marginals.scores()[0][0]),
          4 * (kept - 0.5) / 2 / Math.sqrt(4000));
      assertEquals((kept - 0.5) / 2, marginals.deviations()[0][0], 2e-3);
      double[] mean = predictor.averaging(Averaging.SCORES).scores(List.of(pixels(1, 0)))[0];
      assertArrayEquals(new double[] {1, 0}, mean, 4 / Math.sqrt(4000));
      assertArrayEquals(marginals.scores()[0], predictor.scores(List.of(pixels(1, 0)))[0], 0);
      double[] other =
          MarginalizedPredictor.of(model).draws(4000, 4).scores(List.of(pixels(1, 0)))[0];
      assertFalse(Arrays.equals(marginals.scores()[0], other), "another seed, other masks");
    }
  }

  /** Crops (0, 1) and (1, 3) of (0, 1, 3); scores of two classes average to (0.5, 2). */
  @Test
  void viewsAreAveraged() {
    Shape raw = Shape.of(1, 1, 3);
    try (Model model = model(PAIR, identity())) {
      MarginalizedPredictor predictor =
          MarginalizedPredictor.of(model).views(new Crops(), raw).averaging(Averaging.SCORES);
      assertEquals(raw, predictor.sample());
      Marginals marginals = predictor.marginals(List.of(pixels(0, 1, 3), pixels(5, 5, 5)));
      assertEquals(2, marginals.passes());
      assertArrayEquals(new double[] {0.5, 2}, marginals.scores()[0], 1e-12);
      assertArrayEquals(new double[] {5, 5}, marginals.scores()[1], 1e-12);
      // Probabilities of the first class: 1 / (1 + e) and 1 / (1 + e^2); half of their difference.
      double deviation = (1 / (1 + Math.E) - 1 / (1 + Math.exp(2))) / 2;
      assertEquals(deviation, marginals.deviations()[0][0], 1e-12);
      assertArrayEquals(new double[2], marginals.deviations()[1], 1e-15);
    }
  }

  @Test
  void viewsMustFitTheModel() {
    try (Model model = model(PAIR, identity())) {
      MarginalizedPredictor predictor = MarginalizedPredictor.of(model);
      String message = message(() -> predictor.views(List::of, Shape.of(1, 1, 3)));
      assertTrue(message.contains("[1, 1, 2], got [1, 1, 3]"), message);
      Views lying = image -> List.of(image.crop(0, 0, 1, 1));
      assertTrue(
          message(() -> predictor.views(lying, PAIR).scores(List.of(pixels(1, 2))))
              .contains("got [1, 1, 1]"));
      Views uneven = image -> image.values()[0] > 0 ? List.of(image) : List.of(image, image);
      assertTrue(
          message(() -> predictor.views(uneven, PAIR).scores(List.of(pixels(1, 2), pixels(0, 2))))
              .contains("as many of each picture, got 1 and 2"));
      assertTrue(message(() -> predictor.views(List::of, Shape.of(2))).contains("[C, H, W]"));
    }
  }

  /** Adds a random number to all pixels, in place. */
  private static final SampleTransform BRIGHTER =
      (image, random) -> {
        float more = (float) random.nextDouble();
        for (int i = 0; i < image.values().length; i++) {
          image.values()[i] += more;
        }
        return image;
      };

  @Test
  void augmentationDependsOnTheSeedThePlaceAndTheDraw() {
    try (Model model = model(PAIR, identity())) {
      MarginalizedPredictor predictor =
          MarginalizedPredictor.of(model).augmentation(BRIGHTER, 3, 11).averaging(Averaging.SCORES);
      List<Image> images = List.of(pixels(0, 1), pixels(0, 1));
      double[][] scores = predictor.scores(images);
      for (int i = 0; i < 2; i++) {
        double more = 0;
        for (int draw = 0; draw < 3; draw++) {
          more += new RandomStream(11, "marginalised/" + i + "/" + draw).nextDouble() / 3;
        }
        assertArrayEquals(new double[] {more, 1 + more}, scores[i], 1e-6);
      }
      assertArrayEquals(new float[] {0, 1}, images.get(0).values(), "the picture stays");
      SampleTransform shrinking =
          new SampleTransform() {
            @Override
            public Image apply(Image image, RandomStream random) {
              return image.crop(0, 0, 1, 1);
            }

            @Override
            public Shape outputShape(Shape shape) {
              return Shape.of(1, 1, 1);
            }
          };
      assertTrue(message(() -> predictor.augmentation(shrinking, 1, 1)).contains("got [1, 1, 1]"));
    }
  }

  private static TensorDataset training(float... values) {
    float[] pairs = new float[2 * values.length];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = values[i / 2];
    }
    return TensorDataset.of(
        HostArray.of(Shape.of(values.length, 1, 1, 2), pairs),
        HostArray.of(Shape.of(values.length), new int[values.length]),
        CLASSES);
  }

  /**
   * The only batch of two out of two training pictures, all 1 and all 3, has the mean 2 and the
   * biased variance 1: (a - 2) / sqrt(1 + 1e-5).
   */
  @Test
  void batchNoiseNormalisesByTrainingBatches() {
    try (Model model = model(PAIR, BatchNorm.of(), Flatten.of(), identity())) {
      Map<String, HostArray> before = model.weights();
      MarginalizedPredictor predictor =
          MarginalizedPredictor.of(model)
              .batchNoise(training(1, 3), 2, 2, 5)
              .averaging(Averaging.SCORES);
      Marginals marginals = predictor.marginals(List.of(pixels(5, 2)));
      assertEquals(2, marginals.passes());
      double root = Math.sqrt(1 + 1e-5);
      assertArrayEquals(new double[] {3 / root, 0}, marginals.scores()[0], 1e-6);
      assertArrayEquals(new double[2], marginals.deviations()[0], 1e-12);
      before.forEach(
          (name, value) ->
              assertArrayEquals(value.toDoubles(), model.weights().get(name).toDoubles(), name));
      // With the running statistics 0 and 1 as they are, the model itself does not subtract 2.
      assertArrayEquals(
          new double[] {5 / root, 2 / root}, model.scores(List.of(pixels(5, 2)))[0], 1e-6);
    }
  }

  @Test
  void batchesAreDrawnFromTheSeedAndOtherPicturesTakeNoPart() {
    TensorDataset training = training(0, 1, 2, 3, 4, 5, 6, 7);
    try (Model model =
        model(PAIR, Conv2d.of(4, 1), BatchNorm.of(), ReLU.of(), BatchNorm.of(), Linear.of(2))) {
      MarginalizedPredictor predictor =
          MarginalizedPredictor.of(model).batchNoise(training, 4, 5, 1);
      Marginals alone = predictor.marginals(List.of(pixels(1, 2)));
      Marginals among = predictor.marginals(List.of(pixels(1, 2), pixels(9, 9)));
      assertArrayEquals(alone.scores()[0], among.scores()[0], 0);
      assertTrue(alone.deviations()[0][0] > 1e-3, "batches differ");
      double[] other =
          MarginalizedPredictor.of(model)
              .batchNoise(training, 4, 5, 2)
              .scores(List.of(pixels(1, 2)))[0];
      assertFalse(Arrays.equals(alone.scores()[0], other));
    }
  }

  @Test
  void allKindsOfNoiseCombine() {
    try (Model model = model(PAIR, BatchNorm.of(), Dropout.of(0.3), Flatten.of(), identity())) {
      MarginalizedPredictor predictor =
          MarginalizedPredictor.of(model)
              .augmentation(BRIGHTER, 2, 1)
              .views(new Crops(), Shape.of(1, 1, 3))
              .batchNoise(training(1, 2, 3), 2, 3, 1)
              .draws(5, 1);
      Marginals marginals = predictor.marginals(List.of(pixels(1, 2, 3), pixels(4, 5, 6)));
      assertEquals(2 * 2 * 3 * 5, marginals.passes());
      double[] again = predictor.scores(List.of(pixels(1, 2, 3), pixels(4, 5, 6)))[1];
      assertArrayEquals(marginals.scores()[1], again, 0);
    }
  }

  @Test
  void aCropOfAnEnsembleIsAveragedWithin() {
    Shape raw = Shape.of(1, 1, 3);
    try (Model model = model(PAIR, identity())) {
      Predictor crops =
          MarginalizedPredictor.of(model).views(new Crops(), raw).averaging(Averaging.SCORES);
      Ensemble both = Ensemble.of(crops, crops).averaging(Averaging.SCORES);
      assertEquals(raw, both.sample());
      assertArrayEquals(new double[] {0.5, 2}, both.scores(List.of(pixels(0, 1, 3)))[0], 1e-12);
      assertTrue(message(() -> Ensemble.of(crops, model)).contains("same samples"));
    }
  }

  @Test
  void noiseThatIsNotThereIsNamed() {
    try (Model model = model(PAIR, identity())) {
      MarginalizedPredictor plain = MarginalizedPredictor.of(model);
      assertTrue(message(() -> plain.draws(3, 1)).contains("this one has none"));
      assertTrue(message(() -> plain.draws(0, 1)).contains("at least 1, got 0"));
      assertTrue(message(() -> plain.augmentation(BRIGHTER, 0, 1)).contains("got 0"));
      assertTrue(message(() -> plain.batchNoise(training(1, 2), 2, 1, 1)).contains("has none"));
    }
    try (Model model = model(PAIR, BatchNorm.of(), Flatten.of(), identity())) {
      MarginalizedPredictor plain = MarginalizedPredictor.of(model);
      assertTrue(message(() -> plain.batchNoise(training(1, 2), 3, 1, 1)).contains("of 2 to"));
      assertTrue(message(() -> plain.batchNoise(training(1, 2), 1, 1, 1)).contains("got 1"));
      assertTrue(message(() -> plain.batchNoise(training(1, 2), 2, 0, 1)).contains("got 0"));
      assertTrue(message(() -> plain.batchNoise(new Blobs(9, 1), 2, 1, 1)).contains("[1, 6, 6]"));
    }
  }

  private static String message(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }
}
