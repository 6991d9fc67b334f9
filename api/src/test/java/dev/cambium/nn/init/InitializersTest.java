package dev.cambium.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.nn.init.VarianceScaling.Distribution;
import dev.cambium.nn.init.VarianceScaling.FanMode;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InitializersTest {
  /** 120,000 draws: fans in 300, out 400. */
  private static final Shape WEIGHT = Shape.of(400, 300);

  @Test
  void fansAreInputsAndOutputsPerWeight() {
    assertEquals(new Fans(300, 400), Fans.of(WEIGHT));
    assertEquals(new Fans(16 * 15, 32 * 15), Fans.of(Shape.of(32, 16, 3, 5)));
    assertEquals(new Fans(7, 7), Fans.of(Shape.of(7)));
    assertEquals(new Fans(1, 1), Fans.of(Shape.of()));
    assertEquals(
        new Fans(4 * 9, 8 * 9),
        Fans.ofGroups(Shape.of(32, 4, 3, 3), 4),
        "16 input planes in 4 groups of 4; each reaches the 8 filters of its group");
    assertEquals(new Fans(9, 9), Fans.ofGroups(Shape.of(32, 1, 3, 3), 32), "depthwise");
  }

  /** The standard deviation that each formula gives for fans 300 and 400. */
  static List<Arguments> deviations() {
    return List.of(
        Arguments.of(Xavier.normal(), Math.sqrt(2 / 700.0), false),
        Arguments.of(Xavier.uniform(), Math.sqrt(2 / 700.0), true),
        Arguments.of(Xavier.normal(5 / 3.0), 5 / 3.0 * Math.sqrt(2 / 700.0), false),
        Arguments.of(He.normal(), Math.sqrt(2 / 300.0), false),
        Arguments.of(He.uniform(), Math.sqrt(2 / 300.0), true),
        Arguments.of(He.normal(1), Math.sqrt(1 / 300.0), false),
        Arguments.of(He.uniform(Gain.leakyRelu(1)), Math.sqrt(1 / 300.0), true),
        Arguments.of(
            new VarianceScaling(3, FanMode.FAN_OUT, Distribution.NORMAL),
            Math.sqrt(3 / 400.0),
            false),
        Arguments.of(new Normal(0.01), 0.01, false),
        Arguments.of(Uniform.symmetric(0.1), 0.1 / Math.sqrt(3), true));
  }

  /**
   * Bounds at five standard errors: of the mean sigma / sqrt(n), of the variance sigma^2 sqrt((k -
   * 1) / n) with kurtosis k = 3 (normal) or 9/5 (uniform).
   */
  @ParameterizedTest
  @MethodSource("deviations")
  void drawsHaveMeanZeroAndTheVarianceOfTheFormula(
      Initializer initializer, double deviation, boolean uniform) {
    double[] draws =
        initializer.initialise(WEIGHT, DType.FLOAT64, new RandomStream(1, "weight")).toDoubles();
    double n = draws.length;
    double mean = Arrays.stream(draws).sum() / n;
    double variance = Arrays.stream(draws).map(x -> x * x).sum() / n;
    assertEquals(0, mean, 5 * deviation / Math.sqrt(n));
    double square = deviation * deviation;
    double kurtosis = uniform ? 1.8 : 3;
    assertEquals(square, variance, 5 * square * Math.sqrt((kurtosis - 1) / n));
    double largest = Arrays.stream(draws).map(Math::abs).max().orElseThrow();
    if (uniform) {
      assertTrue(largest <= Math.sqrt(3) * deviation, "uniform draws end at sqrt(3) sigma");
    } else {
      assertTrue(largest > 3.5 * deviation, "normal draws are not truncated");
    }
  }

  @Test
  void aParameterDependsOnTheSeedAndItsNameAlone() {
    float[] first = draw(7, "features.0.weight");
    assertArrayEquals(first, draw(7, "features.0.weight"));
    assertFalse(Arrays.equals(first, draw(8, "features.0.weight")));
    assertFalse(Arrays.equals(first, draw(7, "features.1.weight")));
  }

  private static float[] draw(long seed, String name) {
    return He.normal()
        .initialise(Shape.of(4, 5), DType.FLOAT32, new RandomStream(seed, name))
        .toFloats();
  }

  @Test
  void constantsAndLiteralsAreWhatTheySay() {
    RandomStream random = new RandomStream(1, "");
    Shape shape = Shape.of(2);
    assertArrayEquals(
        new double[] {3, 3}, new Constant(3).initialise(shape, DType.FLOAT32, random).toDoubles());
    assertArrayEquals(
        new double[] {0, 0}, Constant.ZEROS.initialise(shape, DType.INT64, random).toDoubles());
    Literal literal = new Literal(List.of(1.0, 2.0));
    assertArrayEquals(
        new double[] {1, 2}, literal.initialise(shape, DType.FLOAT64, random).toDoubles());
    assertThrows(
        IllegalArgumentException.class,
        () -> literal.initialise(Shape.of(3), DType.FLOAT64, random));
  }

  @Test
  void settingsOutsideOfTheirRangeAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new VarianceScaling(0, FanMode.FAN_IN, Distribution.NORMAL));
    assertThrows(IllegalArgumentException.class, () -> He.normal(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> new Normal(-1));
    assertThrows(IllegalArgumentException.class, () -> new Uniform(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Fans(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> Fans.ofGroups(Shape.of(4, 1, 3, 3), 0));
    assertThrows(IllegalArgumentException.class, () -> Fans.ofGroups(Shape.of(4, 1, 3, 3), 3));
    assertThrows(IllegalArgumentException.class, () -> Uniform.withStandardDeviation(-1));
  }
}
