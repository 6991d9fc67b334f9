package dev.cambium.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Draws against the moments and distribution functions of the textbooks. */
class GammaAndBetaTest {
  private static final int DRAWS = 200_000;

  private static double[] draws(String name, ToDoubleFunction<RandomStream> draw) {
    RandomStream random = new RandomStream(11, name);
    double[] values = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      values[i] = draw.applyAsDouble(random);
    }
    return values;
  }

  /** Within four standard errors, that of the variance from the fourth moment of the draws. */
  private static void assertMoments(double mean, double variance, double[] draws) {
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    for (double x : draws) {
      double d = x - mean;
      sum += x;
      squares += d * d / DRAWS;
      fourth += d * d * d * d / DRAWS;
    }
    assertEquals(mean, sum / DRAWS, 4 * Math.sqrt(variance / DRAWS), "mean");
    double error = Math.sqrt((fourth - variance * variance) / DRAWS);
    assertEquals(variance, squares, 4 * error, "variance");
  }

  /** The share of draws below {@code x}, within four standard errors. */
  private static void assertBelow(double expected, double x, double[] draws) {
    long below = Arrays.stream(draws).filter(draw -> draw < x).count();
    double error = Math.sqrt(expected * (1 - expected) / DRAWS);
    assertEquals(expected, (double) below / DRAWS, 4 * error, "share below " + x);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.9, 1, 2.5, 40})
  void gammaHasMeanAndVarianceOfItsShape(double shape) {
    assertMoments(shape, shape, draws("gamma" + shape, random -> random.nextGamma(shape)));
  }

  /** Shape 1 is the exponential distribution, F(x) = 1 - exp(-x). */
  @Test
  void gammaOfShapeOneIsExponential() {
    double[] draws = draws("exponential", random -> random.nextGamma(1));
    for (double x : new double[] {0.05, 0.5, 1, 3}) {
      assertBelow(1 - Math.exp(-x), x, draws);
    }
  }

  /** Mean a / (a + b), variance a b / ((a + b)^2 (a + b + 1)). */
  @ParameterizedTest
  @CsvSource({"0.2, 0.2", "1, 1", "0.5, 0.5", "2, 5", "0.3, 3", "50, 50"})
  void betaHasItsMeanAndVariance(double a, double b) {
    double sum = a + b;
    assertMoments(
        a / sum,
        a * b / (sum * sum * (sum + 1)),
        draws("beta" + a + b, random -> random.nextBeta(a, b)));
  }

  /** Beta(1, 1) is uniform; Beta(1/2, 1/2) is the arcsine law, F(x) = 2 / pi asin(sqrt x). */
  @Test
  void betaHasTheDistributionFunctionsOfItsKnownCases() {
    double[] uniform = draws("uniform", random -> random.nextBeta(1, 1));
    double[] arcsine = draws("arcsine", random -> random.nextBeta(0.5, 0.5));
    for (double x : new double[] {0.01, 0.1, 0.5, 0.8, 0.99}) {
      assertBelow(x, x, uniform);
      assertBelow(2 / Math.PI * Math.asin(Math.sqrt(x)), x, arcsine);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-4, 1e-310})
  void nearShapeZeroBetaIsAChoice(double shape) {
    double[] draws = draws("choice" + shape, random -> random.nextBeta(shape, 3 * shape));
    for (double x : draws) {
      assertTrue(x >= 0 && x <= 1, "draw " + x);
    }
    double ones = Arrays.stream(draws).filter(x -> x > 0.5).count() / (double) DRAWS;
    assertEquals(0.25, ones, 4 * Math.sqrt(0.25 * 0.75 / DRAWS), "a / (a + b) of them are 1");
    double between = Arrays.stream(draws).filter(x -> x > 0.01 && x < 0.99).count();
    assertTrue(between / DRAWS < 0.002, "draws between: " + between);
  }

  @Test
  void largeShapesGatherBetaAtItsMean() {
    for (double x : draws("gathered", random -> random.nextBeta(1e12, 1e12))) {
      assertEquals(0.5, x, 1e-5);
    }
  }

  @Test
  void theSameStreamGivesTheSameDraws() {
    assertEquals(
        new RandomStream(3, "a").nextBeta(0.2, 0.2), new RandomStream(3, "a").nextBeta(0.2, 0.2));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void shapesThatAreNoShapesAreRefused(double wrong) {
    RandomStream random = new RandomStream(1, "wrong");
    assertMessage("shape must be above 0 and finite, got " + wrong, () -> random.nextGamma(wrong));
    assertMessage("a must be above 0 and finite, got " + wrong, () -> random.nextBeta(wrong, 1));
    assertMessage("b must be above 0 and finite, got " + wrong, () -> random.nextBeta(1, wrong));
  }

  private static void assertMessage(String message, Runnable draw) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, draw::run).getMessage());
  }
}
