package dev.cambium.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.FuseActivation;
import dev.cambium.graph.Graph;
import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.Description;
import dev.cambium.nn.Layer;
import dev.cambium.nn.Linear;
import dev.cambium.nn.Network;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.Tanh;
import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.nn.loss.L2Regularised;
import dev.cambium.nn.loss.Loss;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.runtime.BufferPool;
import dev.cambium.runtime.ParameterStore;
import dev.cambium.runtime.Plan;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.reference.ReferenceProvider;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole steps: network, loss, gradients and update in one graph on the reference backend. */
class TrainingStepTest {
  private static final int BATCH = 6;
  private static final Layer NET = Sequential.of(Linear.of(8), Tanh.of(), Linear.of(3));

  private record Trained(List<Double> losses, Map<String, double[]> states) {}

  @Test
  void aSmallNetLearnsItsExamplesByHeart() {
    UpdateRule rule = UpdateRule.of(Adam.of(), 0.05);
    List<Double> losses = train(NET, CrossEntropy.ofLabels(), rule, 150).losses();
    assertTrue(losses.get(149) < 0.02, losses.toString());
  }

  /** The gradient of lambda sum W^2 is 2 lambda W. */
  @Test
  void l2InTheLossIsACoupledDecayOfTwiceLambda() {
    Sgd sgd = Sgd.of().momentum(0.9);
    Loss loss = CrossEntropy.ofLabels();
    Map<String, double[]> inTheLoss =
        train(NET, L2Regularised.of(loss, 0.01), UpdateRule.of(sgd, 0.1), 10).states();
    UpdateRule decay =
        UpdateRule.of(sgd.weightDecay(0.02), 0.1).group(ParameterGroup.noDecayOnBiasAndNorm());
    Map<String, double[]> inTheUpdate = train(NET, loss, decay, 10).states();
    inTheLoss.forEach(
        (name, values) -> assertArrayEquals(values, inTheUpdate.get(name), 1e-12, name));
  }

  /** Without momentum p - rate (g + decay p) and (1 - rate decay) p - rate g are the same. */
  @Test
  void decoupledDecayIsCoupledDecayForPlainGradientDescent() {
    Loss loss = CrossEntropy.ofLabels();
    Sgd coupled = Sgd.of().weightDecay(0.1);
    Map<String, double[]> first = train(NET, loss, UpdateRule.of(coupled, 0.1), 10).states();
    UpdateRule decoupled = UpdateRule.of(coupled.decoupled(true), 0.1);
    Map<String, double[]> second = train(NET, loss, decoupled, 10).states();
    first.forEach((name, values) -> assertArrayEquals(values, second.get(name), 1e-12, name));
  }

  @Test
  void frozenParametersKeepTheirValues() {
    UpdateRule rule = UpdateRule.of(Sgd.of(), 0.1).group(ParameterGroup.under("0").freeze());
    Network network = Network.of(NET, DType.FLOAT64, Shape.of(4));
    Map<String, double[]> after = train(NET, CrossEntropy.ofLabels(), rule, 3).states();
    assertArrayEquals(
        network.states().get("0.weight").initialise(3).toDoubles(), after.get("0.weight"));
    assertTrue(
        !Arrays.equals(
            network.states().get("2.weight").initialise(3).toDoubles(), after.get("2.weight")));
  }

  /**
   * The last layer starts as N(0, 0.01^2), so that scores differ by about 0.01 times the length of
   * the features (some 10 at most here), and the loss from ln 10 by about half of its square.
   */
  @ParameterizedTest
  @ValueSource(strings = {"softmax", "mlp", "lenet"})
  void aNewNetGivesEveryClassTheSameChance(String name) {
    Network network = Network.of(Zoo.byName(name, 10), DType.FLOAT64, Shape.of(1, 16, 16));
    Trained untrained = train(network, CrossEntropy.ofLabels(), UpdateRule.of(Sgd.of(), 0), 1);
    assertEquals(Math.log(10), untrained.losses().get(0), 0.1);
  }

  private static Trained train(Layer layer, Loss loss, UpdateRule rule, int steps) {
    return train(Network.of(layer, DType.FLOAT64, Shape.of(4)), loss, rule, steps);
  }

  private static Trained train(Network network, Loss loss, UpdateRule rule, int steps) {
    Description description = network.describe(BATCH, true);
    description
        .graph()
        .name(
            "loss",
            loss.describe(
                description.context(),
                description.output(),
                description.graph().input("targets", TensorType.of(DType.INT32, BATCH))));
    Graph forward = description.graph().build().fetching(List.of("loss"));
    GraphBuilder graph = GraphBuilder.of(new FuseActivation().apply(forward));
    List<StateSpec> trained = rule.trained(description.states().values());
    UpdateDescription update =
        rule.describe(
            graph, trained, UpdateRule.gradients(graph, graph.build().named("loss"), trained));
    List<StateSpec> states = new ArrayList<>(description.states().values());
    states.addAll(update.states().values());
    try (Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
        ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend)) {
      states.forEach(state -> store.create(state.name(), state.initialise(3)));
      try (Plan plan = Plan.of(graph.build(), store, pool)) {
        plan.bind(Network.INPUT, pixels(description.input().tensorType()));
        plan.bind("targets", HostArray.of(Shape.of(BATCH), 0, 1, 2, 2, 1, 0));
        return new Trained(run(plan, update.stepInputs(), steps), values(store));
      }
    }
  }

  private static List<Double> run(Plan plan, List<StepInput> inputs, int steps) {
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      for (StepInput input : inputs) {
        double value = input.value().applyAsDouble(step);
        plan.bind(input.name(), HostArray.scalar(input.type().dtype(), value));
      }
      plan.run();
      losses.add(plan.fetch("loss").scalar());
    }
    return losses;
  }

  private static Map<String, double[]> values(ParameterStore store) {
    Map<String, double[]> values = new LinkedHashMap<>();
    store.names().stream()
        .filter(name -> !name.startsWith("optimizer."))
        .forEach(name -> values.put(name, store.get(name).toDoubles()));
    return values;
  }

  private static HostArray pixels(TensorType type) {
    RandomStream random = new RandomStream(5, "pixels");
    double[] values = new double[type.shape().intSize()];
    Arrays.setAll(values, i -> random.nextGaussian());
    return HostArray.of(type, values);
  }
}
