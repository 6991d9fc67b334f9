package dev.cambium.nn.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.LayerContext;
import dev.cambium.nn.Linear;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.init.Constant;
import dev.cambium.op.Value;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossesTest {
  /** Two rows of scores over three classes; the first is the usual classroom example. */
  private static final HostArray SCORES =
      HostArray.of(Shape.of(2, 3), 3.2, 5.1, -1.7, 0.0, 0.0, 0.0);

  private static final HostArray LABELS = HostArray.of(Shape.of(2), 0, 2);

  /** -log 0.129983 (the softmax of 3.2 among 3.2, 5.1, -1.7) and ln 3. */
  private static final double[] EACH = {2.04036, Math.log(3)};

  @Test
  void crossEntropyIsTheMeanOfTheRows() {
    assertEquals((EACH[0] + EACH[1]) / 2, evaluate(CrossEntropy.ofLabels(), SCORES, LABELS), 1e-5);
  }

  @Test
  void classWeightsMakeAWeightedMean() {
    assertEquals(
        (2 * EACH[0] + 5 * EACH[1]) / 7,
        evaluate(CrossEntropy.ofLabels().classWeights(2, 1, 5), SCORES, LABELS),
        1e-5);
  }

  /** With all of the target spread evenly a row's loss is the mean of -log p over the classes. */
  @Test
  void fullSmoothingForgetsTheLabel() {
    double logs = Math.log(Math.exp(3.2) + Math.exp(5.1) + Math.exp(-1.7));
    double first = logs - (3.2 + 5.1 - 1.7) / 3;
    assertEquals(
        (first + Math.log(3)) / 2,
        evaluate(CrossEntropy.ofLabels().labelSmoothing(1), SCORES, LABELS),
        1e-12);
  }

  @Test
  void aOneHotDistributionIsALabel() {
    HostArray oneHot = HostArray.of(Shape.of(2, 3), 1.0, 0.0, 0.0, 0.0, 0.0, 1.0);
    CrossEntropy labels = CrossEntropy.ofLabels().labelSmoothing(0.1);
    CrossEntropy soft = CrossEntropy.ofDistributions().labelSmoothing(0.1);
    assertEquals(evaluate(labels, SCORES, LABELS), evaluate(soft, SCORES, oneHot), 1e-12);
  }

  /**
   * PyTorch's formula for probabilities as targets: with t' = (1 - s) t + s / C the sum over rows
   * and classes of -w_c t'_c log p_c, divided by N, weights or not.
   */
  @Test
  void softTargetsAreSmoothedAndWeightedAsInPyTorch() {
    double[] targets = {0.75, 0.25, 0, 0.125, 0, 0.875};
    double[] weights = {2, 1, 5};
    double smoothing = 0.1;
    double plain = 0;
    double smoothed = 0;
    double weighted = 0;
    for (int i = 0; i < 6; i++) {
      double[] row = Arrays.copyOfRange(SCORES.toDoubles(), i / 3 * 3, i / 3 * 3 + 3);
      double logs = Math.log(Arrays.stream(row).map(Math::exp).sum());
      double minusLog = logs - row[i % 3];
      double target = (1 - smoothing) * targets[i] + smoothing / 3;
      plain += targets[i] * minusLog / 2;
      smoothed += target * minusLog / 2;
      weighted += weights[i % 3] * target * minusLog / 2;
    }
    HostArray soft = HostArray.of(Shape.of(2, 3), targets);
    CrossEntropy loss = CrossEntropy.ofLabels();
    assertEquals(plain, evaluate(loss.forDistributions(), SCORES, soft), 1e-12);
    CrossEntropy smooth = loss.labelSmoothing(smoothing);
    assertEquals(smoothed, evaluate(smooth.forDistributions(), SCORES, soft), 1e-12);
    CrossEntropy weighing = smooth.classWeights(weights);
    assertEquals(weighted, evaluate(weighing.forDistributions(), SCORES, soft), 1e-12);
  }

  @Test
  void l2StaysAroundALossOfDistributions() {
    Loss loss = L2Regularised.of(CrossEntropy.ofLabels(), 0.5).parameters(state -> true);
    L2Regularised soft = (L2Regularised) loss.forDistributions();
    assertEquals(CrossEntropy.ofDistributions(), soft.loss());
    assertEquals(0.5, soft.lambda());
    assertEquals(SCORES.type(), soft.targets(SCORES.type()));
  }

  @Test
  void aLossWithoutAFormForDistributionsSaysWhichHaveOne() {
    Loss loss = L2Regularised.of(MeanSquaredError.of(), 1);
    String message =
        assertThrows(IllegalArgumentException.class, loss::forDistributions).getMessage();
    assertTrue(message.contains("MeanSquaredError"), message);
    assertTrue(message.contains("take CrossEntropy"), message);
  }

  @Test
  void meanSquaredErrorIsTheMeanOverAllElements() {
    HostArray targets = HostArray.of(Shape.of(2, 3), 3.2, 5.1, -1.7, 1.0, 2.0, -2.0);
    assertEquals((1 + 4 + 4) / 6.0, evaluate(MeanSquaredError.of(), SCORES, targets), 1e-12);
  }

  /**
   * W is 3x3 and b has 3 elements, all 0.5: lambda 9 0.25 without, lambda 12 0.25 with the bias.
   */
  @Test
  void l2AddsLambdaTimesTheSquaresOfTheChosenParameters() {
    Loss none = MeanSquaredError.of();
    double data = evaluateAfterLinear(none);
    assertEquals(data + 10 * 9 * 0.25, evaluateAfterLinear(L2Regularised.of(none, 10)), 1e-12);
    Loss all = L2Regularised.of(none, 10).parameters(state -> true);
    assertEquals(data + 10 * 12 * 0.25, evaluateAfterLinear(all), 1e-12);
  }

  @Test
  void targetsOfAnotherTypeAreRefused() {
    TensorType scores = TensorType.float32(4, 3);
    assertEquals(
        "CrossEntropy expects targets INT32[4] for scores FLOAT32[4, 3], got INT32[5]",
        refusal(CrossEntropy.ofLabels(), scores, TensorType.of(DType.INT32, 5)));
    assertEquals(
        "CrossEntropy expects targets FLOAT32[4, 3] for scores FLOAT32[4, 3], got INT32[4]",
        refusal(CrossEntropy.ofDistributions(), scores, TensorType.of(DType.INT32, 4)));
    assertEquals(
        "CrossEntropy has 2 class weights, expected one for each of the 3 classes of scores"
            + " FLOAT32[4, 3]",
        refusal(CrossEntropy.ofLabels().classWeights(1, 2), scores, TensorType.of(DType.INT32, 4)));
    assertTrue(
        refusal(CrossEntropy.ofLabels(), TensorType.float32(4, 3, 2, 2), TensorType.float32())
            .contains("expects scores [N, C]"));
    assertTrue(
        refusal(MeanSquaredError.of(), scores, TensorType.float32(3, 4))
            .contains("targets like the scores"));
  }

  @Test
  void aMeanOverNothingIsRefused() {
    TensorType nothing = TensorType.float32(0, 3);
    assertTrue(refusal(MeanSquaredError.of(), nothing, nothing).contains("mean over nothing"));
    assertTrue(
        refusal(CrossEntropy.ofLabels(), nothing, TensorType.of(DType.INT32, 0))
            .contains("mean over nothing"));
  }

  @Test
  void settingsOutsideOfTheirRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> CrossEntropy.ofLabels().labelSmoothing(1.1));
    assertThrows(IllegalArgumentException.class, () -> CrossEntropy.ofLabels().classWeights(1, -1));
    assertThrows(IllegalArgumentException.class, () -> L2Regularised.of(MeanSquaredError.of(), -1));
    assertTrue(
        refusal(
                L2Regularised.of(MeanSquaredError.of(), 1),
                TensorType.float32(1, 1),
                TensorType.float32(1, 1))
            .contains("chooses none"));
  }

  private static String refusal(Loss loss, TensorType scores, TensorType targets) {
    GraphBuilder graph = new GraphBuilder();
    LayerContext context = new LayerContext(graph, DType.FLOAT32, true);
    Value s = graph.input("scores", scores);
    Value t = graph.input("targets", targets);
    return assertThrows(IllegalArgumentException.class, () -> loss.describe(context, s, t))
        .getMessage();
  }

  private static double evaluate(Loss loss, HostArray scores, HostArray targets) {
    GraphBuilder graph = new GraphBuilder();
    LayerContext context = new LayerContext(graph, DType.FLOAT64, true);
    Value s = graph.input("scores", scores.type());
    return evaluate(context, loss, s, scores, targets);
  }

  private static double evaluateAfterLinear(Loss loss) {
    LayerContext context = new LayerContext(new GraphBuilder(), DType.FLOAT64, true);
    Linear linear = Linear.of(3).initializer(new Constant(0.5)).biasInitializer(new Constant(0.5));
    Value x = context.graph().input("scores", SCORES.type());
    HostArray targets = HostArray.of(SCORES.type(), new double[6]);
    return evaluate(context, loss, context.describe(linear, x), SCORES, targets);
  }

  private static double evaluate(
      LayerContext context, Loss loss, Value scores, HostArray fed, HostArray targets) {
    Value bound = context.graph().input("targets", targets.type());
    context.graph().name("loss", loss.describe(context, scores, bound));
    try (Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
        ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend)) {
      for (StateSpec state : context.states().values()) {
        store.create(state.name(), state.initialise(1));
      }
      try (Plan plan = Plan.of(context.graph().build().fetching(List.of("loss")), store, pool)) {
        plan.bind("scores", fed);
        plan.bind("targets", targets);
        plan.run();
        return plan.fetch("loss").scalar();
      }
    }
  }
}
