package dev.cambium.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.Graph;
import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that drop channels or blocks, and the modes in which random layers draw. */
class RandomLayersTest {
  /** Every random layer of probability 1/2, for images [3, 4, 4]. */
  static List<Layer> layers() {
    return List.of(
        Dropout.of(0.5),
        SpatialDropout.of(0.5),
        StochasticDepth.of(0.5, Conv2d.of(2, 3)),
        Residual.of(Conv2d.of(3, 3).padding(1)).stochasticDepth(0.5),
        DropConnect.of(5, 0.5).activation(new Activation.Tanh()),
        DropConnect.of(5, 0.5).maskPerSample(true),
        DropConnect.of(5, 0.5)
            .activation(new Activation.Tanh())
            .evaluation(DropConnect.Evaluation.PLAIN_MEAN));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void everyModeDeclaresTheSameStates(Layer layer) {
    Network network = Network.of(layer, Shape.of(3, 4, 4));
    for (Mode mode : Mode.values()) {
      Description description = network.describe(2, mode);
      assertEquals(network.states(), description.states(), mode.toString());
      assertEquals(
          mode != Mode.EVALUATION,
          description.graph().build().inputs().stream().anyMatch(i -> i.path().equals("rng")),
          "only what draws needs random numbers: " + mode);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void theStepDecidesWhatIsDrawn(Layer layer) {
    LayerRun run = LayerRun.of(layer, 3, 4, 4);
    double[] first = run.ofOnes(Mode.TRAINING, 7, 8, 3, 4, 4);
    assertArrayEquals(first, run.ofOnes(Mode.TRAINING, 7, 8, 3, 4, 4), 0);
    assertArrayEquals(first, run.ofOnes(Mode.SAMPLING, 7, 8, 3, 4, 4), 0);
    assertFalse(Arrays.equals(first, run.ofOnes(Mode.TRAINING, 8, 8, 3, 4, 4)));
    assertFalse(Arrays.equals(first, run.ofOnes(Mode.EVALUATION, 7, 8, 3, 4, 4)));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN})
  void aProbabilityOutsideOfZeroToOneIsRefused(double p) {
    for (List<Object> layer :
        List.<List<Object>>of(
            List.of("SpatialDropout", (Runnable) () -> SpatialDropout.of(p)),
            List.of("StochasticDepth", (Runnable) () -> StochasticDepth.of(p, ReLU.of())),
            List.of("StochasticDepth", (Runnable) () -> Residual.of(ReLU.of()).stochasticDepth(p)),
            List.of("DropConnect", (Runnable) () -> DropConnect.of(3, p)))) {
      String message = message(() -> ((Runnable) layer.get(1)).run());
      assertTrue(message.startsWith("p of " + layer.get(0)) && message.contains("" + p), message);
    }
  }

  @Test
  void spatialDropoutKeepsOrDropsAChannelAsAWhole() {
    double[] y = LayerRun.of(SpatialDropout.of(0.75), 5, 3, 4).ofOnes(Mode.TRAINING, 1, 6, 5, 3, 4);
    double[] channels = new double[30];
    for (int c = 0; c < 30; c++) {
      channels[c] = y[12 * c];
      for (int i = 0; i < 12; i++) {
        assertEquals(channels[c], y[12 * c + i], "one factor for all pixels of channel " + c);
      }
    }
    assertEquals(List.of(0.0, 4.0), Arrays.stream(channels).distinct().sorted().boxed().toList());
    assertFalse(
        Arrays.equals(Arrays.copyOf(channels, 5), Arrays.copyOfRange(channels, 5, 10)),
        "each sample has a mask of its own");
    double[] larger =
        LayerRun.of(SpatialDropout.of(0.75), 5, 9, 9).ofOnes(Mode.TRAINING, 1, 6, 5, 9, 9);
    assertArrayEquals(
        channels, IntStream.range(0, 30).mapToDouble(c -> larger[81 * c]).toArray(), 0);
  }

  /** Factors have the mean 1 and the variance p / (1 - p) = 1/4; four standard errors. */
  @Test
  void theExpectedValueStays() {
    int count = 40_000;
    double bound = 4 * Math.sqrt(0.25 / count);
    double[] channels =
        LayerRun.of(SpatialDropout.of(0.2), 4, 1, 1).ofOnes(Mode.TRAINING, 0, 10_000, 4, 1, 1);
    assertEquals(1, Arrays.stream(channels).average().orElseThrow(), bound);
    double[] samples =
        LayerRun.of(StochasticDepth.of(0.2, Flatten.of()), 1).ofOnes(Mode.TRAINING, 0, count, 1);
    assertEquals(1, Arrays.stream(samples).average().orElseThrow(), bound);
  }

  @Test
  void inEvaluationChannelsAndBlocksPassAsTheyAre() {
    for (Layer layer : List.of(SpatialDropout.of(0.5), StochasticDepth.of(0.5, new Flat()))) {
      Description description = Network.of(layer, Shape.of(2, 3, 3)).describe(2, false);
      assertEquals(description.input(), description.output());
    }
    for (Layer layer : List.of(SpatialDropout.of(0), StochasticDepth.of(0, new Flat()))) {
      Description description = Network.of(layer, Shape.of(2, 3, 3)).describe(2, true);
      assertEquals(description.input(), description.output(), "nothing is dropped with p = 0");
    }
  }

  /** Gives its input. */
  private record Flat() implements Layer {
    @Override
    public dev.cambium.op.Value describe(LayerContext context, dev.cambium.op.Value input) {
      return input;
    }
  }

  @Test
  void spatialDropoutExpectsImages() {
    String message = message(() -> Network.of(Sequential.of(SpatialDropout.of(0.5)), Shape.of(5)));
    assertTrue(message.startsWith("0: SpatialDropout expects images"), message);
  }

  @Test
  void aSampleWhoseBlockIsLeftOutTakesTheShortcutAlone() {
    Residual block = Residual.of(Linear.of(3).bias(false)).stochasticDepth(0.5);
    LayerRun run = LayerRun.of(block, 3).with("weight", 10, 0, 0, 0, 20, 0, 0, 0, 30);
    double[] y = run.ofOnes(Mode.TRAINING, 2, 20, 3);
    List<String> rows =
        IntStream.range(0, 20)
            .mapToObj(n -> Arrays.toString(Arrays.copyOfRange(y, 3 * n, 3 * n + 3)))
            .distinct()
            .sorted()
            .toList();
    assertEquals(List.of("[1.0, 1.0, 1.0]", "[21.0, 41.0, 61.0]"), rows);
    assertArrayEquals(
        new double[] {11, 21, 31}, run.ofOnes(Mode.EVALUATION, 2, 1, 3), 0, "1 + body(1)");
  }

  @Test
  void aBlockThatIsLeftOutAtTimesHasTheStatesOfOneThatIsNot() {
    Residual plain =
        Residual.of(Sequential.named().add("conv1", Conv2d.of(3, 3).padding(1)))
            .shortcut(Conv2d.of(3, 1));
    Residual random = plain.stochasticDepth(0.3);
    assertEquals(
        Network.of(plain, Shape.of(2, 5, 5)).states(),
        Network.of(random, Shape.of(2, 5, 5)).states());
    assertEquals(StochasticDepth.of(0.4, plain.body()), random.stochasticDepth(0.4).body());
    assertFalse(Architecture.STANDARD.write(plain).contains("StochasticDepth"));
    Layer taken = Sequential.named().add(Residual.SHORTCUT, ReLU.of());
    assertTrue(
        message(() -> Residual.of(StochasticDepth.of(0.3, taken))).contains("must not name"));
  }

  /**
   * The paper's 54 blocks with 0.5 for the last: 40.25 of them are expected to stay, "about 40".
   */
  @Test
  void laterBlocksAreLeftOutMoreOften() {
    assertEquals(0.5, StochasticDepth.linearDecay(54, 54, 0.5));
    assertEquals(0.25, StochasticDepth.linearDecay(27, 54, 0.5));
    double stay =
        IntStream.rangeClosed(1, 54)
            .mapToDouble(l -> 1 - StochasticDepth.linearDecay(l, 54, 0.5))
            .sum();
    assertEquals(40.25, stay, 1e-12);
    assertTrue(message(() -> StochasticDepth.linearDecay(0, 3, 0.5)).startsWith("block of"));
    assertTrue(message(() -> StochasticDepth.linearDecay(4, 3, 0.5)).contains("got 4"));
  }

  @Test
  void samplingDrawsAndLeavesBatchNormalisationAsInEvaluation() {
    Network network =
        Network.of(Sequential.of(BatchNorm.of(), SpatialDropout.of(0.5)), Shape.of(3, 2, 2));
    Graph graph = network.describe(4, Mode.SAMPLING).graph().build();
    assertTrue(graph.assignments().isEmpty());
    var ops = graph.operations().stream().map(o -> o.op().getClass()).collect(Collectors.toSet());
    assertTrue(ops.contains(BatchNormInference.class) && !ops.contains(BatchNormTraining.class));
    assertTrue(ops.contains(dev.cambium.op.Dropout.class));
  }

  @Test
  void layersOfOneScopeDrawMasksOfTheirOwn() {
    Layer both = StochasticDepth.of(0.5, SpatialDropout.of(0.5));
    double[] y = LayerRun.of(both, 1, 1, 1).ofOnes(Mode.TRAINING, 0, 100, 1, 1, 1);
    assertEquals(
        List.of(0.0, 4.0), Arrays.stream(y).distinct().sorted().boxed().toList(), "2 times 2");
    long kept = Arrays.stream(y).filter(v -> v == 4).count();
    assertTrue(kept > 10 && kept < 40, "a quarter of 100 and not a half, got " + kept);
  }

  /** Both would stand in one scope and draw one mask: the expected value would be 2 x, not x. */
  @Test
  void aBlockIsLeftOutByOneMaskAlone() {
    Layer inner = StochasticDepth.of(0.5, ReLU.of());
    assertTrue(message(() -> StochasticDepth.of(0.5, inner)).startsWith("body of StochasticDepth"));
    assertEquals(
        StochasticDepth.of(0.2, ReLU.of()), Residual.of(inner).stochasticDepth(0.2).body());
  }

  @Test
  void randomLayersComeBackFromJson() {
    Layer layer =
        Sequential.of(
            SpatialDropout.of(0.1),
            Residual.of(ReLU.of()).activation(Activation.RELU).stochasticDepth(0.2),
            DropConnect.of(7, 0.3)
                .activation(new Activation.Tanh())
                .maskPerSample(true)
                .evaluation(DropConnect.Evaluation.PLAIN_MEAN)
                .points(8));
    assertEquals(layer, Architecture.STANDARD.read(Architecture.STANDARD.write(layer)));
  }

  private static String message(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }
}
