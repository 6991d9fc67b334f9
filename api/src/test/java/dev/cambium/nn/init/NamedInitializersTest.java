package dev.cambium.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.nn.init.VarianceScaling.FanMode;
import dev.cambium.op.Activation;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The distribution of each named initialiser, from a million draws. */
class NamedInitializersTest {
  /** A million weights of filters that see 25 planes of 5 x 5 and give 1600. */
  private static final Shape WEIGHT = Shape.of(1600, 25, 5, 5);

  private static final double IN = 25 * 25;
  private static final double OUT = 1600 * 25;

  private static final boolean NORMAL = false;
  private static final boolean UNIFORM = true;

  /** The standard deviation that the paper of each gives for these fans. */
  static List<Arguments> named() {
    return List.of(
        Arguments.of("small normal", Normal.small(), 0.01, NORMAL),
        Arguments.of("small uniform", Uniform.small(), 0.01, UNIFORM),
        Arguments.of("LeCun heuristic", LeCun.heuristicNormal(), Math.sqrt(1 / (3 * IN)), NORMAL),
        Arguments.of("LeCun heuristic", LeCun.heuristicUniform(), Math.sqrt(1 / (3 * IN)), UNIFORM),
        Arguments.of("LeCun", LeCun.normal(), Math.sqrt(1 / IN), NORMAL),
        Arguments.of("LeCun", LeCun.uniform(), Math.sqrt(1 / IN), UNIFORM),
        Arguments.of("Xavier", Xavier.normal(), Math.sqrt(2 / (IN + OUT)), NORMAL),
        Arguments.of("Xavier", Xavier.uniform(), Math.sqrt(2 / (IN + OUT)), UNIFORM),
        Arguments.of(
            "Xavier tanh", Xavier.normal(Gain.tanh()), 5.0 / 3 * Math.sqrt(2 / (IN + OUT)), NORMAL),
        Arguments.of("Xavier of Caffe", Xavier.caffeNormal(), Math.sqrt(1 / IN), NORMAL),
        Arguments.of("Xavier of Caffe", Xavier.caffeUniform(), Math.sqrt(1 / IN), UNIFORM),
        Arguments.of("He", He.normal(), Math.sqrt(2 / IN), NORMAL),
        Arguments.of("He", He.uniform(), Math.sqrt(2 / IN), UNIFORM),
        Arguments.of("He leaky", He.normal(Gain.leakyRelu(0.2)), Math.sqrt(2 / 1.04 / IN), NORMAL),
        Arguments.of("He fan out", He.fanOutNormal(), Math.sqrt(2 / OUT), NORMAL),
        Arguments.of("He fan out", He.fanOutUniform(), Math.sqrt(2 / OUT), UNIFORM),
        Arguments.of("toolbox", He.toolboxNormal(), Math.sqrt(4 / (IN + OUT)), NORMAL),
        Arguments.of("toolbox", He.toolboxUniform(), Math.sqrt(4 / (IN + OUT)), UNIFORM));
  }

  /**
   * Bounds at four standard errors: of the mean sigma / sqrt(n), of the mean square sigma^2 sqrt((k
   * - 1) / n) with k = 3 (normal) or 9/5 (uniform), of the mean fourth power sigma^4 sqrt(v / n)
   * with v = 105 - 9 (normal) or 9 - (9/5)^2 (uniform).
   */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("named")
  void aMillionDrawsHaveTheMomentsOfTheFormula(
      String name, Initializer initializer, double deviation, boolean uniform) {
    double[] draws =
        initializer.initialise(WEIGHT, DType.FLOAT64, new RandomStream(1, name)).toDoubles();
    double n = draws.length;
    assertEquals(1e6, n);
    double mean = 0;
    double square = 0;
    double fourth = 0;
    double largest = 0;
    for (double draw : draws) {
      double z = draw / deviation;
      mean += z / n;
      square += z * z / n;
      fourth += z * z * z * z / n;
      largest = Math.max(largest, Math.abs(z));
    }
    assertEquals(0, mean, 4 / Math.sqrt(n));
    double kurtosis = uniform ? 1.8 : 3;
    assertEquals(1, square, 4 * Math.sqrt((kurtosis - 1) / n));
    assertEquals(kurtosis, fourth, 4 * Math.sqrt((uniform ? 5.76 : 96) / n));
    if (uniform) {
      assertTrue(largest <= Math.sqrt(3) * (1 + 1e-12), "ends at sqrt(3) sigma, got " + largest);
      assertTrue(largest > Math.sqrt(3) * (1 - 1e-4), "comes near sqrt(3) sigma, got " + largest);
    } else {
      assertTrue(largest > 4, "not truncated, got " + largest);
    }
  }

  @Test
  void theToolboxesKaimingIsHeOnlyWhereBothFansAreTheSame() {
    Fans same = new Fans(300, 300);
    assertEquals(
        He.normal().standardDeviation(same), He.toolboxNormal().standardDeviation(same), 1e-15);
    Fans narrowing = new Fans(300, 100);
    // sqrt(4 / 400) = 0.1 against sqrt(2 / 300) = 0.08165.
    assertEquals(0.1, He.toolboxNormal().standardDeviation(narrowing), 1e-15);
    assertEquals(0.08165, He.normal().standardDeviation(narrowing), 1e-5);
  }

  @Test
  void anotherFanKeepsScaleAndDistribution() {
    VarianceScaling changed = He.uniform(3).mode(FanMode.FAN_OUT);
    assertEquals(He.uniform(3).scale(), changed.scale());
    assertEquals(He.uniform().distribution(), changed.distribution());
    assertEquals(FanMode.FAN_OUT, changed.mode());
  }

  /** The table of torch.nn.init.calculate_gain in PyTorch's documentation. */
  @Test
  void gainsAreThoseOfPyTorch() {
    assertEquals(1, Gain.of(Activation.NONE));
    assertEquals(1, Gain.of(new Activation.Sigmoid()));
    assertEquals(1.6666666666666667, Gain.of(new Activation.Tanh()));
    assertEquals(1.4142135623730951, Gain.of(Activation.RELU));
    assertEquals(1.4141428569978354, Gain.of(new Activation.LeakyRelu(0.01)), 1e-15);
    assertThrows(IllegalArgumentException.class, () -> Gain.leakyRelu(Double.NaN));
  }

  /** A rectifier halves the mean square of what is symmetric about 0; the gain gives it back. */
  @Test
  void gainsOfRectifiersKeepTheMeanSquare() {
    RandomStream random = new RandomStream(1, "gain");
    double[] squares = new double[2];
    int n = 100_000;
    for (int i = 0; i < n; i++) {
      double z = random.nextGaussian();
      squares[0] += Math.pow(Activation.RELU.apply(Gain.relu() * z), 2) / n;
      squares[1] += Math.pow(new Activation.LeakyRelu(0.5).apply(Gain.leakyRelu(0.5) * z), 2) / n;
    }
    // The fourth moment after a ReLU is 4 * 3 / 2 = 6: four standard errors of the mean square.
    assertArrayEquals(new double[] {1, 1}, squares, 4 * Math.sqrt(5.0 / n));
  }
}
