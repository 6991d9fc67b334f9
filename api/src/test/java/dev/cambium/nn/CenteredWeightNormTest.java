package dev.cambium.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.Gradients;
import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Literal;
import dev.cambium.op.Reduce;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CenteredWeightNormTest {
  /**
   * v = (1, 3) has the mean 2, so c = (-1, 1) of length sqrt(2); v = (0, -6) gives c = (3, -3).
   * With g = (2, 1): W = ((-1.41421, 1.41421), (0.70711, -0.70711)). For x = (5, 8) and b = (0.5,
   * 0): y = (3 * 1.41421 + 0.5, -3 * 0.70711).
   */
  @Test
  void weightsAreCentredAndOfTheLengthOfTheGain() {
    CenteredWeightNormLinear layer =
        CenteredWeightNormLinear.of(2)
            .initializer(new Literal(List.of(1.0, 3.0, 0.0, -6.0)))
            .gainInitializer(new Literal(List.of(2.0, 1.0)))
            .biasInitializer(new Literal(List.of(0.5, 0.0)));
    double[] y = run(layer, HostArray.of(Shape.of(1, 2), 5.0, 8.0), Set.of()).get("y").toDoubles();
    assertArrayEquals(new double[] {4.74264069, -2.12132034}, y, 1e-8);
  }

  /** The same numbers as filters of one plane, 1 x 2, over an image of 1 x 3: (5, 8), (8, 4). */
  @Test
  void filtersAreCentredAndOfTheLengthOfTheGain() {
    Layer layer =
        CenteredWeightNormConv2d.of(
                Conv2d.of(2, new dev.cambium.op.Size2d(1, 2))
                    .initializer(new Literal(List.of(1.0, 3.0, 0.0, -6.0)))
                    .biasInitializer(new Literal(List.of(0.5, 0.0))))
            .gainInitializer(new Literal(List.of(2.0, 1.0)));
    double[] y =
        run(layer, HostArray.of(Shape.of(1, 1, 1, 3), 5.0, 8.0, 4.0), Set.of())
            .get("y")
            .toDoubles();
    assertArrayEquals(
        new double[] {4.74264069, -4 * 1.41421356 + 0.5, -2.12132034, 4 * 0.70710678}, y, 1e-7);
  }

  @Test
  void aMeanThatAllInputsShareDoesNotReachTheOutput() {
    Layer layer = CenteredWeightNormLinear.of(4);
    HostArray x = HostArray.of(Shape.of(1, 5), 0.1, -2.0, 3.0, 0.7, 1.5);
    HostArray shifted = HostArray.of(Shape.of(1, 5), 10.1, 8.0, 13.0, 10.7, 11.5);
    assertArrayEquals(
        run(layer, x, Set.of()).get("y").toDoubles(),
        run(layer, shifted, Set.of()).get("y").toDoubles(),
        1e-12);
  }

  /** Rows of equal numbers have no direction: W = 0, and its gradients are numbers. */
  @Test
  void aRowOfEqualNumbersGivesTheBiasAndFiniteGradients() {
    Layer layer =
        CenteredWeightNormLinear.of(2)
            .initializer(new Constant(0.3))
            .biasInitializer(new Literal(List.of(0.5, -1.0)));
    Map<String, HostArray> values =
        run(layer, HostArray.of(Shape.of(1, 3), 5.0, 8.0, 1.0), Set.of("weight", "gain", "bias"));
    assertArrayEquals(new double[] {0.5, -1}, values.get("y").toDoubles(), 1e-9);
    for (String state : List.of("weight", "gain", "bias")) {
      for (double gradient : values.get("gradient." + state).toDoubles()) {
        assertTrue(Double.isFinite(gradient), state + " " + gradient);
      }
    }
    assertArrayEquals(new double[] {1, 1}, values.get("gradient.bias").toDoubles());
  }

  @Test
  void statesAreNamedAndShapedAsTheJavadocSays() {
    Network network =
        Network.of(
            CenteredWeightNormConv2d.of(Conv2d.of(6, 3).groups(2)),
            DType.FLOAT32,
            Shape.of(4, 5, 5));
    assertEquals(List.of("weight", "gain", "bias"), List.copyOf(network.states().keySet()));
    assertEquals(Shape.of(6, 2, 3, 3), network.states().get("weight").type().shape());
    assertEquals(Shape.of(6), network.states().get("gain").type().shape());
    assertEquals(2 * 9, network.states().get("weight").fans().in(), "2 planes of each group");
    assertEquals(3 * 9, network.states().get("weight").fans().out(), "3 filters of each group");
    assertEquals(6 * 18 + 6 + 6, network.parameterCount());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> CenteredWeightNormLinear.of(0));
    String one = refused(CenteredWeightNormLinear.of(3), Shape.of(1));
    assertTrue(one.contains("at least 2 inputs") && one.contains("[3, 1]"), one);
    String groups =
        refused(
            Sequential.of(CenteredWeightNormConv2d.of(Conv2d.of(4, 3).groups(2))),
            Shape.of(3, 5, 5));
    assertTrue(groups.startsWith("0: CenteredWeightNormConv2d with 2 groups expects"), groups);
    String images = refused(CenteredWeightNormConv2d.of(4, 3), Shape.of(7));
    assertTrue(images.contains("CenteredWeightNormConv2d expects images"), images);
  }

  private static String refused(Layer layer, Shape sample) {
    return assertThrows(IllegalArgumentException.class, () -> Network.of(layer, sample))
        .getMessage();
  }

  /** The output under "y", and the gradients of its sum by the named states. */
  private static Map<String, HostArray> run(Layer layer, HostArray x, Set<String> states) {
    int[] sample = x.shape().toArray();
    Network network =
        Network.of(
            layer, DType.FLOAT64, Shape.of(java.util.Arrays.copyOfRange(sample, 1, sample.length)));
    Description description = network.describe(x.shape(), true);
    description.graph().name("y", description.output());
    List<Integer> axes = x.shape().rank() == 2 ? List.of(0, 1) : List.of(0, 1, 2, 3);
    Value sum =
        description
            .graph()
            .emit(new Reduce(Reduce.Function.SUM, axes, false), description.output());
    Set<String> names = new java.util.TreeSet<>(Set.of("y"));
    for (String state : states) {
      Value value = description.context().value(network.states().get(state));
      Value gradient = Gradients.of(description.graph(), sum, List.of(value)).get(0).orElseThrow();
      description.graph().name("gradient." + state, gradient);
      names.add("gradient." + state);
    }
    try (Backend backend = new ReferenceProvider().open(BackendConfig.defaults());
        ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend)) {
      network.initialise(1).forEach(store::create);
      try (Plan plan = Plan.of(description.graph().build().fetching(names), store, pool)) {
        plan.bind(Network.INPUT, x);
        plan.run();
        Map<String, HostArray> values = new java.util.HashMap<>();
        names.forEach(name -> values.put(name, plan.fetch(name)));
        return values;
      }
    }
  }
}
