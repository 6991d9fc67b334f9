package dev.cambium.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DropConnectTest {
  private static final DropConnect PLAIN =
      DropConnect.of(Linear.of(2).bias(false), 0.5).activation(Activation.NONE);

  /** x = the unit vectors, so that y shows the masked weights, column by column. */
  @Test
  void theMaskIsOnTheWeightsAndSharedByTheBatch() {
    LayerRun run = LayerRun.of(PLAIN, 2).with("weight", 1, 2, 3, 4);
    double[] y = run.run(Mode.TRAINING, 1, Shape.of(4, 2), 1, 0, 0, 1, 1, 0, 0, 1);
    assertArrayEquals(Arrays.copyOf(y, 4), Arrays.copyOfRange(y, 4, 8), 0);
    boolean[] seen = new boolean[2];
    for (int step = 0; step < 20; step++) {
      y = run.run(Mode.TRAINING, step, Shape.of(2, 2), 1, 0, 0, 1);
      double[] twice = {2, 6, 4, 8};
      for (int i = 0; i < 4; i++) {
        assertTrue(y[i] == 0 || y[i] == twice[i], "0 or W / (1 - p), got " + y[i]);
        seen[y[i] == 0 ? 0 : 1] = true;
      }
    }
    assertTrue(seen[0] && seen[1]);
  }

  @Test
  void eachSampleCanHaveAMaskOfItsOwn() {
    LayerRun run = LayerRun.of(PLAIN.maskPerSample(true), 3).with("weight", 1, 2, 4, 1, 2, 4);
    double[] y = run.ofOnes(Mode.TRAINING, 1, 50, 3);
    // Sums of some of 2, 4 and 8: every even number up to 14.
    assertTrue(Arrays.stream(y).allMatch(v -> v >= 0 && v <= 14 && v % 2 == 0));
    assertTrue(Arrays.stream(y).distinct().count() == 8, Arrays.toString(y));
    assertEquals(7, Arrays.stream(y).average().orElseThrow(), 4 * Math.sqrt(21 / 100.0));
  }

  /** As in the paper: with W = 0 what remains is m * b. */
  @Test
  void biasesAreMaskedToo() {
    for (boolean perSample : new boolean[] {false, true}) {
      Layer layer = DropConnect.of(50, 0.5).maskPerSample(perSample);
      double[] bias = new double[50];
      Arrays.fill(bias, 3);
      LayerRun run = LayerRun.of(layer, 1).with("weight", new double[50]).with("bias", bias);
      double[] y = run.ofOnes(Mode.TRAINING, 1, 1, 1);
      assertEquals(List.of(0.0, 6.0), Arrays.stream(y).distinct().sorted().boxed().toList());
    }
  }

  /**
   * W = (1, 1), p = 1/2: of x = (1, 1) the mean is 2 and the variance 1 (1 + 1) = 2, of (1, -1) 0
   * and 2. Two points are mean - sqrt 2 and mean + sqrt 2, of which ReLU leaves (0.586 + 3.414) / 2
   * = 2, and sqrt 2 / 2.
   */
  @Test
  void evaluationAveragesTheActivationOverANormalDistribution() {
    DropConnect layer = DropConnect.of(Linear.of(1).bias(false), 0.5).points(2);
    LayerRun run = LayerRun.of(layer, 2).with("weight", 1, 1);
    double[] y = run.run(Mode.EVALUATION, 0, Shape.of(2, 2), 1, 1, 1, -1);
    assertArrayEquals(new double[] {2, Math.sqrt(2) / 2}, y, 1e-12);
    LayerRun plain =
        LayerRun.of(layer.evaluation(DropConnect.Evaluation.PLAIN_MEAN), 2).with("weight", 1, 1);
    y = plain.run(Mode.EVALUATION, 0, Shape.of(2, 2), 1, 1, 1, -1);
    assertArrayEquals(new double[] {2, 0}, y, 0);
  }

  /** b = 2, W = 0, p = 1/5: mean 2, variance 1/4 4 = 1, points 1 and 3, squares' mean by tanh. */
  @Test
  void theVarianceCountsTheBias() {
    DropConnect layer = DropConnect.of(1, 0.2).activation(new Activation.Tanh()).points(2);
    LayerRun run = LayerRun.of(layer, 1).with("weight", 0).with("bias", 2);
    double expected = (Math.tanh(1) + Math.tanh(3)) / 2;
    assertArrayEquals(new double[] {expected}, run.ofOnes(Mode.EVALUATION, 0, 1, 1), 1e-12);
  }

  static List<Activation> activations() {
    return List.of(Activation.RELU, new Activation.Sigmoid(), new Activation.Tanh());
  }

  /**
   * 40 inputs, 6 units, 20,000 masks: the Monte-Carlo mean is known to a standard deviation / 141,
   * the approximation misses it by what u is not normal and 32 points are not all.
   */
  @ParameterizedTest
  @MethodSource("activations")
  void theApproximationIsNearTheMeanOverManyMasks(Activation activation) {
    int masks = 20_000;
    RandomStream random = new RandomStream(1, "DropConnectTest");
    double[] x = random(random, 40);
    double[] weight = random(random, 240);
    double[] bias = random(random, 6);
    DropConnect layer = DropConnect.of(6, 0.5).activation(activation).maskPerSample(true);
    LayerRun run = LayerRun.of(layer, 40).with("weight", weight).with("bias", bias);
    double[] repeated = new double[40 * masks];
    Arrays.setAll(repeated, i -> x[i % 40]);
    double[] samples = run.run(Mode.TRAINING, 1, Shape.of(masks, 40), repeated);
    double[] approximation = run.run(Mode.EVALUATION, 1, Shape.of(1, 40), x);
    double[] plain =
        LayerRun.of(layer.evaluation(DropConnect.Evaluation.PLAIN_MEAN), 40)
            .with("weight", weight)
            .with("bias", bias)
            .run(Mode.EVALUATION, 1, Shape.of(1, 40), x);
    double gaussianError = 0;
    double plainError = 0;
    for (int o = 0; o < 6; o++) {
      double mean = 0;
      double square = 0;
      for (int n = 0; n < masks; n++) {
        mean += samples[6 * n + o] / masks;
        square += samples[6 * n + o] * samples[6 * n + o] / masks;
      }
      double deviation = Math.sqrt(square - mean * mean);
      double spread = bias[o] * bias[o];
      for (int k = 0; k < 40; k++) {
        spread += weight[40 * o + k] * x[k] * weight[40 * o + k] * x[k];
      }
      // ReLU of what lies beyond the outermost of 32 points, 2.2 deviations of u, is lost: 0.005.
      double bound = 4 * deviation / Math.sqrt(masks) + 0.01 * Math.sqrt(spread);
      assertEquals(mean, approximation[o], bound, "unit " + o);
      gaussianError += Math.abs(approximation[o] - mean);
      plainError += Math.abs(plain[o] - mean);
    }
    assertTrue(
        gaussianError < plainError / 5,
        "errors " + gaussianError + " and, of the plain mean, " + plainError);
  }

  private static double[] random(RandomStream random, int count) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> random.nextGaussian());
    return values;
  }

  @Test
  void withoutAnActivationTheMeanIsThatOfTheWeights() {
    Network network = Network.of(PLAIN, Shape.of(3));
    assertEquals(List.of("weight"), List.copyOf(network.states().keySet()));
    assertEquals(1, network.describe(2, false).graph().build().operations().size());
  }

  @Test
  void theWeightsOfALinearLayerFit() {
    Layer linear = Sequential.of(Linear.of(4));
    Layer random = Sequential.of(DropConnect.of(4, 0.5).points(16));
    Network network = Network.of(random, Shape.of(3, 2, 2));
    Network.of(linear, Shape.of(3, 2, 2))
        .states()
        .forEach((name, state) -> assertEquals(state, network.states().get(name)));
    StateSpec quantiles = network.states().get("0.quantiles");
    assertEquals(StateSpec.Role.CONSTANT, quantiles.role(), "not saved with the model");
    assertEquals(Shape.of(16, 1, 1), quantiles.type().shape());
  }

  /** Quantiles of 1/8 and 3/8 from tables: -1.1503493803760079 and -0.31863936396437514. */
  @Test
  void theQuantilesHaveTheVarianceOfTheNormalDistribution() {
    double outer = 1.1503493803760079;
    double inner = 0.31863936396437514;
    double length = Math.sqrt((outer * outer + inner * inner) / 2);
    double[] four = NormalQuantiles.of(4).stream().mapToDouble(d -> d).toArray();
    double[] expected = {-outer / length, -inner / length, inner / length, outer / length};
    assertArrayEquals(expected, four, 1e-14);
    for (int count : new int[] {2, 3, 32, 1001}) {
      List<Double> points = NormalQuantiles.of(count);
      assertEquals(count, points.size());
      assertEquals(0, points.stream().mapToDouble(d -> d).sum(), 1e-12 * count);
      assertEquals(count, points.stream().mapToDouble(d -> d * d).sum(), 1e-12 * count);
      assertEquals(points.stream().sorted().toList(), points);
      assertEquals(count, points.stream().distinct().count());
    }
  }

  @Test
  void wrongSettingsAndInputsAreNamed() {
    assertTrue(message(() -> DropConnect.of(3, 0.5).points(1)).contains("at least 2"));
    assertTrue(message(() -> DropConnect.of(0, 0.5)).startsWith("outputFeatures of Linear"));
    Network network = Network.of(Sequential.of(DropConnect.of(3, 0.5)), Shape.of(4));
    String message = message(() -> network.describe(Shape.of(2, 5), true));
    assertTrue(message.startsWith("0: DropConnect expects 4 input features"), message);
    assertFalse(network.summary().toString().isEmpty());
  }

  private static String message(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }
}
