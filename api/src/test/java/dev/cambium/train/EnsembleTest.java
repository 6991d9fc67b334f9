package dev.cambium.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.image.Image;
import dev.cambium.nn.Linear;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Averages of two members: one that says (0.9, 0.1), and one that says (0.5, 0.5). */
class EnsembleTest {
  private static final List<Image> IMAGE = List.of(Image.filled(1, 1, 1, 0));
  private static final Predictor SURE = FixedPredictor.of(Math.log(0.9), Math.log(0.1));
  private static final Predictor UNSURE = FixedPredictor.of(7, 7);

  private static void assertProbabilities(double first, Predictor predictor) {
    assertArrayEquals(new double[] {first, 1 - first}, predictor.probabilities(IMAGE)[0], 1e-14);
  }

  @Test
  void theMeanOfProbabilities() {
    Ensemble ensemble = Ensemble.of(SURE, UNSURE);
    assertProbabilities(0.7, ensemble);
    assertEquals(List.of("cat", "dog"), ensemble.classNames());
    assertEquals(FixedPredictor.PIXEL, ensemble.sample());
    assertEquals(List.of(SURE, UNSURE), ensemble.members());
    assertEquals("cat", ensemble.classify(IMAGE.get(0)).best().name());
  }

  /** sqrt(0.9 0.5) and sqrt(0.1 0.5) are as 3 to 1. */
  @Test
  void theMeanOfScoresIsTheGeometricMeanOfProbabilities() {
    assertProbabilities(0.75, Ensemble.of(SURE, UNSURE).averaging(Averaging.SCORES));
  }

  /** (3 0.9 + 0.5) / 4; of the odds 9 and 1 the fourth root of 9^3. */
  @Test
  void onlyTheProportionsOfWeightsCount() {
    for (double unit : new double[] {1, 0.1, 1e6}) {
      Ensemble weighted = Ensemble.of(SURE, UNSURE).weights(3 * unit, unit);
      assertProbabilities(0.8, weighted);
      double odds = Math.pow(9, 0.75);
      assertProbabilities(odds / (1 + odds), weighted.averaging(Averaging.SCORES));
    }
  }

  @Test
  void oneMemberIsItself() {
    assertProbabilities(0.9, Ensemble.of(SURE));
    assertProbabilities(0.9, Ensemble.of(List.of(SURE)).averaging(Averaging.SCORES));
    assertProbabilities(0.7, Ensemble.of(Ensemble.of(SURE), UNSURE));
  }

  /** Probabilities of e^-2000 are 0 in double, their logarithms are not. */
  @Test
  void whatIsVeryImprobableKeepsItsOrder() {
    Predictor extreme =
        new FixedPredictor(
            List.of("a", "b", "c"), FixedPredictor.PIXEL, List.of(new double[] {0, -2000, -3000}));
    double[] scores = Ensemble.of(extreme, extreme).scores(IMAGE)[0];
    assertArrayEquals(new double[] {0, -2000, -3000}, scores, 1e-9);
  }

  @Test
  void membersMustAgree() {
    assertTrue(message(() -> Ensemble.of()).contains("at least one, got none"));
    Predictor otherClasses =
        new FixedPredictor(
            List.of("dog", "cat"), FixedPredictor.PIXEL, List.of(new double[] {1, 0}));
    String message = message(() -> Ensemble.of(SURE, UNSURE, otherClasses));
    assertTrue(
        message.contains("same classes") && message.contains("member 2 has [dog, cat]"), message);
    Predictor otherSample =
        new FixedPredictor(SURE.classNames(), Shape.of(1, 2, 2), List.of(new double[] {1, 0}));
    assertTrue(message(() -> Ensemble.of(SURE, otherSample)).contains("same samples"));
  }

  @Test
  void weightsMustBePositiveAndOneForEachMember() {
    Ensemble ensemble = Ensemble.of(SURE, UNSURE);
    for (double[] weights :
        new double[][] {{1}, {1, 2, 3}, {1, 0}, {2, -1}, {1, Double.NaN}, {1, 1 / 0.0}}) {
      assertTrue(message(() -> ensemble.weights(weights)).startsWith("weights of an Ensemble"));
    }
  }

  @Test
  void onlyAnEnsembleThatOwnsItsModelsClosesThem() {
    try (Backend backend = new ReferenceProvider().open(BackendConfig.defaults())) {
      ModelSpec spec = ModelSpec.of(Linear.of(2), Shape.of(1, 1, 1), List.of("cat", "dog"));
      Model model = Model.create(spec, 1, backend);
      Ensemble.of(model).close();
      assertEquals(1, model.scores(IMAGE).length);
      Ensemble.owning(List.of(model, Model.create(spec, 2, backend))).close();
      assertEquals(0, backend.memory().bytes());
    }
  }

  private static String message(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }
}
