package dev.cambium.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.graph.Node.Operation;
import dev.cambium.nn.Description;
import dev.cambium.nn.Network;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.op.ParameterUpdate;
import dev.cambium.op.UpdateOptions;
import dev.cambium.op.Value;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizersTest {
  /** An optimiser, and its states for the parameter conv1.weight. */
  static List<Arguments> optimizers() {
    return List.of(
        Arguments.of(Sgd.of(), List.of()),
        Arguments.of(Sgd.of().momentum(0.9), List.of("momentum")),
        Arguments.of(Sgd.of().momentum(0.9).nesterov(true), List.of("momentum")),
        Arguments.of(Adagrad.of(), List.of("sum")),
        Arguments.of(RmsProp.of(), List.of("square_average")),
        Arguments.of(RmsProp.of().momentum(0.9), List.of("square_average", "momentum")),
        Arguments.of(Adam.of(), List.of("mean", "square_average")),
        Arguments.of(AdamW.of(), List.of("mean", "square_average")));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void oneOperationUpdatesEveryParameter(Optimizer optimizer, List<String> slots) {
    Description net = Network.of(Zoo.resnet20(10), Shape.of(3, 8, 8)).describe(2, true);
    UpdateDescription update = describe(net, UpdateRule.of(optimizer, 0.1));
    List<Operation> updates =
        net.graph().build().operations().stream()
            .filter(operation -> operation.op() instanceof ParameterUpdate)
            .toList();
    assertEquals(1, updates.size());
    assertEquals(65, ((ParameterUpdate) updates.get(0).op()).parameters());
    assertEquals(65 * slots.size(), update.states().size());
    assertEquals(
        slots.stream().map(slot -> "optimizer." + slot + ".conv1.weight").toList(),
        update.states().keySet().stream()
            .filter(n -> n.endsWith(".conv1.weight"))
            .filter(n -> !n.contains("layer"))
            .toList());
    List<String> assigned =
        net.graph().build().assignments().stream().map(a -> a.state().path()).toList();
    Stream.concat(net.parameters().stream(), update.states().values().stream())
        .forEach(state -> assertTrue(assigned.contains(state.name()), state.name()));
  }

  private static UpdateDescription describe(Description net, UpdateRule rule) {
    Value labels = net.graph().input("targets", TensorType.of(DType.INT32, 2));
    Value loss = CrossEntropy.ofLabels().describe(net.context(), net.output(), labels);
    List<StateSpec> trained = rule.trained(net.states().values());
    return rule.describe(net.graph(), trained, UpdateRule.gradients(net.graph(), loss, trained));
  }

  @Test
  void plainGradientDescentFollowsTheGradient() {
    UpdateRule rule = UpdateRule.of(Sgd.of(), step -> step == 0 ? 0.1 : 0.2);
    try (Steps steps = new Steps(rule, 1, 2)) {
      steps.run(10, -10);
      assertArrayEquals(new double[] {0, 3}, steps.parameter(), 1e-6);
      steps.run(10, -10);
      assertArrayEquals(new double[] {-2, 5}, steps.parameter(), 1e-6);
    }
  }

  /** v = 1, then 0.5 1 + 1 = 1.5; with Nesterov 1 + 0.5 1 = 1.5, then 1 + 0.5 1.5 = 1.75. */
  @Test
  void momentumKeepsItsVelocityInAState() {
    try (Steps steps = new Steps(UpdateRule.of(Sgd.of().momentum(0.5), 0.1), 0, 0)) {
      steps.run(1, 1);
      steps.run(1, 1);
      assertEquals(-0.1 * (1 + 1.5), steps.parameter()[0], 1e-7);
      assertEquals(1.5, steps.state("optimizer.momentum.w")[0], 1e-7);
    }
    Sgd nesterov = Sgd.of().momentum(0.5).nesterov(true);
    try (Steps steps = new Steps(UpdateRule.of(nesterov, 0.1), 0, 0)) {
      steps.run(1, 1);
      steps.run(1, 1);
      assertEquals(-0.1 * (1.5 + 1.75), steps.parameter()[0], 1e-7);
    }
  }

  /** s = 9, then 9 + 16: steps of 3/3 and 4/5 of the learning rate. */
  @Test
  void adagradDividesByTheRootOfTheSum() {
    try (Steps steps = new Steps(UpdateRule.of(Adagrad.of(), 0.1), 0, 0)) {
      steps.run(3, 3);
      steps.run(4, 4);
      assertEquals(-0.1 * (1 + 0.8), steps.parameter()[0], 1e-6);
    }
  }

  /** alpha 3/4: s = 4/4 = 1, then 3/4 + 4/4 = 1.75: steps of 2/1 and 2/sqrt(1.75). */
  @Test
  void rmsPropDividesByTheRootOfTheMean() {
    try (Steps steps = new Steps(UpdateRule.of(RmsProp.of().alpha(0.75), 0.1), 0, 0)) {
      steps.run(2, 2);
      steps.run(2, 2);
      assertEquals(-0.1 * (2 + 2 / Math.sqrt(1.75)), steps.parameter()[0], 1e-6);
    }
  }

  /** Under a constant gradient the corrected means are g and g^2 at every step: steps of 1. */
  @Test
  void adamsCorrectionsMakeItsStepsTheLearningRate() {
    try (Steps steps = new Steps(UpdateRule.of(Adam.of(), 0.1), 0, 0)) {
      for (int step = 1; step <= 5; step++) {
        steps.run(7, -0.01);
        assertArrayEquals(new double[] {-0.1 * step, 0.1 * step}, steps.parameter(), 2e-6);
      }
    }
  }

  /** AdamW shrinks 2 by the factor 1 - 0.1 0.5 first; Adam's coupled decay only turns the sign. */
  @Test
  void adamWKeepsItsDecayOutOfTheGradient() {
    UpdateRule rule = UpdateRule.of(AdamW.of().weightDecay(0.5), 0.1);
    try (Steps steps = new Steps(rule, 2, 2)) {
      steps.run(1, -1);
      assertArrayEquals(new double[] {1.9 - 0.1, 1.9 + 0.1}, steps.parameter(), 1e-6);
    }
    rule = UpdateRule.of(Adam.of().weightDecay(1), 0.1);
    try (Steps steps = new Steps(rule, 2, 2)) {
      steps.run(1, -1);
      assertArrayEquals(new double[] {1.9, 1.9}, steps.parameter(), 1e-6);
    }
  }

  /** Gradients (6, 8) have length 10; clipped to 5 they are (3, 4), short ones stay. */
  @Test
  void clippingShortensLongGradientsAlone() {
    UpdateRule rule = UpdateRule.of(Sgd.of(), 1).clipGlobalNorm(5);
    try (Steps steps = new Steps(rule, 0, 0)) {
      steps.run(6, 8);
      assertEquals(10, steps.fetch(UpdateRule.GRADIENT_NORM), 1e-6);
      assertArrayEquals(new double[] {-3, -4}, steps.parameter(), 1e-6);
      steps.run(3, 0);
      assertArrayEquals(new double[] {-6, -4}, steps.parameter(), 1e-6);
    }
  }

  /** Two added gradients scaled by 1/2: (12, 16) means (6, 8), of length 10, clipped to 5. */
  @Test
  void clippingMeasuresScaledGradients() {
    UpdateRule rule = UpdateRule.of(Sgd.of(), 1).clipGlobalNorm(5);
    try (Steps steps = new Steps(rule, 0.5, 0, 0)) {
      steps.run(12, 16);
      assertEquals(10, steps.fetch(UpdateRule.GRADIENT_NORM), 1e-6);
      assertArrayEquals(new double[] {-3, -4}, steps.parameter(), 1e-6);
    }
  }

  @Test
  void groupsChangeWhatTheirParametersGet() {
    UpdateRule rule =
        UpdateRule.of(Sgd.of().weightDecay(0.5), 0.1)
            .group(ParameterGroup.noDecayOnBiasAndNorm())
            .group(ParameterGroup.under("classifier").learningRateFactor(10))
            .group(ParameterGroup.under("classifier.4").learningRateFactor(2).weightDecay(0.25))
            .group(ParameterGroup.under("features.0").freeze());
    Description net = Network.of(Zoo.lenet(10), Shape.of(1, 28, 28)).describe(2, true);
    assertEquals(
        List.of(
            "features.3.weight",
            "features.3.bias",
            "classifier.0.weight",
            "classifier.0.bias",
            "classifier.2.weight",
            "classifier.2.bias",
            "classifier.4.weight",
            "classifier.4.bias"),
        rule.trained(net.states().values()).stream().map(StateSpec::name).toList());
    describe(net, rule);
    assertEquals(
        List.of(
            new UpdateOptions(1, 0.5, false),
            new UpdateOptions(1, 0, false),
            new UpdateOptions(10, 0.5, false),
            new UpdateOptions(10, 0, false),
            new UpdateOptions(10, 0.5, false),
            new UpdateOptions(10, 0, false),
            new UpdateOptions(20, 0.25, false),
            new UpdateOptions(20, 0.25, false)),
        update(net.graph().build()).options());
  }

  private static ParameterUpdate update(Graph graph) {
    return graph.operations().stream()
        .map(Operation::op)
        .filter(ParameterUpdate.class::isInstance)
        .map(ParameterUpdate.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFrozenLayerGetsNoGradient() {
    UpdateRule rule = UpdateRule.of(Sgd.of(), 0.1).group(ParameterGroup.under("features").freeze());
    Description net = Network.of(Zoo.lenet(10), Shape.of(1, 28, 28)).describe(2, true);
    describe(net, rule);
    assertTrue(
        net.graph().build().operations().stream()
            .noneMatch(operation -> operation.op().name().equals("ConvolutionBackwardWeights")));
  }

  @Test
  void rulesThatLeaveNothingOrMeanNothingAreRefused() {
    List<StateSpec> states =
        List.copyOf(Network.of(Zoo.softmax(10), Shape.of(4)).states().values());
    UpdateRule typo = UpdateRule.of(Sgd.of(), 1).group(ParameterGroup.under("lienar").freeze());
    assertEquals(
        "path of a ParameterGroup must lead to a parameter, got 'lienar'; the parameters are"
            + " [linear.weight, linear.bias]",
        assertThrows(IllegalArgumentException.class, () -> typo.trained(states)).getMessage());
    UpdateRule ice = UpdateRule.of(Sgd.of(), 1).group(ParameterGroup.of(s -> true).freeze());
    assertEquals(
        "there is no parameter to train: all of [linear.weight, linear.bias] are frozen",
        assertThrows(IllegalArgumentException.class, () -> ice.trained(states)).getMessage());
  }

  @Test
  void aParameterWithoutInfluenceOnTheLossIsNamed() {
    GraphBuilder graph = new GraphBuilder();
    Network net = Network.of(Zoo.softmax(2), Shape.of(3));
    Description description = net.describe(graph, Shape.of(1, 3), true);
    Value other = graph.input("other", TensorType.float32());
    List<StateSpec> trained = description.parameters();
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> UpdateRule.gradients(graph, other, trained))
            .getMessage()
            .startsWith("parameter linear.weight has no gradient"));
  }

  @Test
  void settingsOutsideOfTheirRangeAreRefused() {
    for (org.junit.jupiter.api.function.Executable make :
        List.<org.junit.jupiter.api.function.Executable>of(
            () -> Sgd.of().momentum(1),
            () -> Sgd.of().nesterov(true),
            () -> Sgd.of().weightDecay(-1),
            () -> Adagrad.of().epsilon(Double.NaN),
            () -> RmsProp.of().alpha(1.5),
            () -> Adam.of().betas(1, 0.9),
            () -> AdamW.of().betas(0.9, -0.1),
            () -> AdamW.of().weightDecay(Double.NaN),
            () -> new GlobalNormClipping(0),
            () -> ParameterGroup.under("a").learningRateFactor(-1),
            () -> ParameterGroup.under("a").weightDecay(-1))) {
      assertThrows(IllegalArgumentException.class, make);
    }
  }

  @Test
  void slotsAreSavedWithCheckpointsOnlyAndStartAtZero() {
    Description net = Network.of(Zoo.softmax(2), Shape.of(3)).describe(2, true);
    StateSpec slot =
        describe(net, UpdateRule.of(Adam.of(), 0.1)).states().get("optimizer.mean.linear.weight");
    assertEquals(StateSpec.Role.SLOT, slot.role());
    HostArray first = slot.initialise(1);
    assertArrayEquals(new double[6], first.toDoubles());
    assertEquals(TensorType.float32(2, 3), first.type());
  }
}
