package dev.cambium.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.nn.StateSpec;
import dev.cambium.nn.init.Fans;
import dev.cambium.nn.init.Literal;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Value;
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
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Limits of the length of units' weights, for a weight w of some units and a bias b. */
class MaxNormTest {
  private static final ParameterGroup ALL = ParameterGroup.of(state -> true);

  private record Trained(double[] weight, double[] bias) {}

  private static StateSpec state(String name, Shape shape, double[] values) {
    return new StateSpec(
        name,
        new TensorType(DType.FLOAT64, shape),
        new Literal(Arrays.stream(values).boxed().toList()),
        Fans.of(shape),
        StateSpec.Role.PARAMETER);
  }

  /** All values after each of some steps, with random gradients, on the reference backend. */
  private static List<Trained> train(UpdateRule rule, Shape shape, int steps, double... weight) {
    StateSpec w = state("w", shape, weight);
    StateSpec b = state("b", Shape.of(2), new double[] {7, -7});
    GraphBuilder graph = new GraphBuilder();
    List<StateSpec> trained = rule.trained(List.of(w, b));
    UpdateDescription update =
        rule.describe(
            graph,
            trained,
            List.of(graph.input("gradient.w", w.type()), graph.input("gradient.b", b.type())));
    RandomStream random = new RandomStream(2, "MaxNormTest");
    List<Trained> results = new ArrayList<>();
    try (Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
        ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend)) {
      trained.forEach(state -> store.create(state.name(), state.initialise(1)));
      update.states().values().forEach(state -> store.create(state.name(), state.initialise(1)));
      try (Plan plan = Plan.of(graph.build(), store, pool)) {
        for (int step = 0; step < steps; step++) {
          plan.bind("gradient.w", gaussian(random, w.type()));
          plan.bind("gradient.b", gaussian(random, b.type()));
          for (StepInput input : update.stepInputs()) {
            double value = input.value().applyAsDouble(step);
            plan.bind(input.name(), HostArray.scalar(DType.FLOAT64, value));
          }
          plan.run();
          results.add(new Trained(store.get("w").toDoubles(), store.get("b").toDoubles()));
        }
      }
    }
    return results;
  }

  private static HostArray gaussian(RandomStream random, TensorType type) {
    double[] values = new double[type.shape().intSize()];
    Arrays.setAll(values, i -> random.nextGaussian());
    return HostArray.of(type, values);
  }

  private static double[] lengths(double[] weight, int units) {
    int row = weight.length / units;
    double[] lengths = new double[units];
    for (int i = 0; i < weight.length; i++) {
      lengths[i / row] += weight[i] * weight[i];
    }
    return Arrays.stream(lengths).map(Math::sqrt).toArray();
  }

  /** Rows (3, 4) and (0.3, 0.4) at a learning rate of 0: of lengths 5 and 0.5, limit 1. */
  @Test
  void aLongRowIsShortenedAndAShortOneKept() {
    UpdateRule rule = UpdateRule.of(Sgd.of(), 0).group(ALL.maxNorm(1));
    Trained after = train(rule, Shape.of(2, 2), 1, 3, 4, 0.3, 0.4).get(0);
    assertArrayEquals(new double[] {0.6, 0.8}, Arrays.copyOf(after.weight(), 2), 1e-15);
    assertArrayEquals(new double[] {0.3, 0.4}, Arrays.copyOfRange(after.weight(), 2, 4), 0);
    assertArrayEquals(new double[] {7, -7}, after.bias(), 0, "a bias has no limit");
  }

  /** The length of a filter runs over its channels, rows and columns: of 8 ones it is sqrt 8. */
  @Test
  void theUnitOfAConvolutionIsItsFilter() {
    UpdateRule rule = UpdateRule.of(Sgd.of(), 0).group(ALL.maxNorm(2));
    double[] ones = new double[16];
    Arrays.fill(ones, 1);
    Trained after = train(rule, Shape.of(2, 2, 1, 4), 1, ones).get(0);
    double[] expected = new double[16];
    Arrays.fill(expected, 2 / Math.sqrt(8));
    assertArrayEquals(expected, after.weight(), 1e-15);
  }

  static List<Optimizer> optimizers() {
    return List.of(
        Sgd.of(),
        Sgd.of().momentum(0.9).nesterov(true),
        Adagrad.of(),
        RmsProp.of().momentum(0.5),
        Adam.of(),
        AdamW.of(),
        byHand(true));
  }

  /** Gradient descent out of its own operations. */
  private static Optimizer byHand(boolean withinLimits) {
    return context -> {
      for (OptimizerContext.Parameter parameter : context.parameters()) {
        GraphBuilder graph = context.graph();
        Value step =
            graph.emit(
                new BinaryMath(BinaryMath.Function.MULTIPLY),
                parameter.gradient(),
                context.learningRate());
        Value next =
            graph.emit(
                new BinaryMath(BinaryMath.Function.ADD),
                parameter.value(),
                graph.emit(new Affine(-1, 0), step));
        if (withinLimits) {
          context.assign(parameter, next);
        } else {
          graph.assign(parameter.value(), next);
        }
      }
    };
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void noRowIsLongerAfterAnyStepOfAnyOptimiser(Optimizer optimizer) {
    UpdateRule rule = UpdateRule.of(optimizer, 0.5).group(ALL.maxNorm(1.5));
    int reached = 0;
    for (Trained after : train(rule, Shape.of(2, 3), 20, 1, 2, 3, 0, 0, 0.1)) {
      for (double length : lengths(after.weight(), 2)) {
        assertTrue(length <= 1.5 * (1 + 1e-6), "length " + length);
        reached += length > 1.499 ? 1 : 0;
      }
    }
    assertTrue(reached > 0, "a limit that is never reached shows nothing");
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aLimitThatIsNotReachedChangesNoBit(Optimizer optimizer) {
    UpdateRule rule = UpdateRule.of(optimizer, 0.1);
    List<Trained> free = train(rule, Shape.of(2, 3), 10, 1, 2, 3, 0, 0, 0);
    List<Trained> limited =
        train(rule.group(ALL.maxNorm(1e6)), Shape.of(2, 3), 10, 1, 2, 3, 0, 0, 0);
    for (int step = 0; step < 10; step++) {
      assertArrayEquals(free.get(step).weight(), limited.get(step).weight(), 0);
      assertArrayEquals(free.get(step).bias(), limited.get(step).bias(), 0);
    }
  }

  @Test
  void theLastLimitThatMatchesCounts() {
    UpdateRule rule =
        UpdateRule.of(Sgd.of(), 0)
            .group(ALL.maxNorm(4))
            .group(ParameterGroup.under("w").maxNorm(1))
            .group(ParameterGroup.of(StateSpec::isWeight).weightDecay(0));
    assertArrayEquals(
        new double[] {1, 0.5},
        lengths(train(rule, Shape.of(2, 2), 1, 3, 4, 0.3, 0.4).get(0).weight(), 2),
        1e-15);
  }

  @Test
  void wrongLimitsAreNamed() {
    for (double c : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      String message = message(() -> ALL.maxNorm(c));
      assertTrue(message.startsWith("maxNorm must be positive"), message);
    }
    StateSpec bias = state("b", Shape.of(2), new double[2]);
    Predicate<StateSpec> none = state -> false;
    for (ParameterGroup group : List.of(ALL.maxNorm(1), ParameterGroup.of(none).maxNorm(1))) {
      UpdateRule rule = UpdateRule.of(Sgd.of(), 0.1).group(group);
      assertTrue(message(() -> rule.trained(List.of(bias))).contains("two dimensions"));
    }
  }

  @Test
  void anOptimiserThatGoesPastALimitIsRefused() {
    UpdateRule rule = UpdateRule.of(byHand(false), 0.1);
    assertEquals(1, train(rule, Shape.of(2, 2), 1, 1, 1, 1, 1).size());
    String message =
        message(() -> train(rule.group(ALL.maxNorm(1)), Shape.of(2, 2), 1, 1, 1, 1, 1));
    assertTrue(message.contains("OptimizerContext.assign"), message);
  }

  private static String message(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }
}
