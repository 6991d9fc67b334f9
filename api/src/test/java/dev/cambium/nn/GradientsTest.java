package dev.cambium.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.nn.loss.CrossEntropy;
import dev.cambium.nn.loss.L2Regularised;
import dev.cambium.nn.loss.Loss;
import dev.cambium.nn.loss.MeanSquaredError;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.op.Activation;
import dev.cambium.op.Value;
import dev.cambium.runtime.GradientCheck;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of whole layers, losses and nets against central differences in double. */
class GradientsTest {
  static List<Arguments> layers() {
    Shape images = Shape.of(3, 4, 5, 6);
    Shape features = Shape.of(4, 5);
    return List.of(
        Arguments.of(Linear.of(3), features),
        Arguments.of(Linear.of(3).bias(false), images),
        Arguments.of(Conv2d.of(3, 3), images),
        Arguments.of(Conv2d.of(4, 3).padding(2).stride(2).dilation(2).groups(2), images),
        Arguments.of(Conv2d.of(2, 1).bias(false), images),
        Arguments.of(CenteredWeightNormLinear.of(3), features),
        Arguments.of(CenteredWeightNormLinear.of(3).bias(false), images),
        Arguments.of(CenteredWeightNormConv2d.of(3, 3), images),
        Arguments.of(
            CenteredWeightNormConv2d.of(Conv2d.of(4, 3).padding(2).stride(2).groups(2)), images),
        Arguments.of(MaxPool2d.of(2), images),
        Arguments.of(MaxPool2d.of(3).stride(2).padding(1), images),
        Arguments.of(AvgPool2d.of(2), images),
        Arguments.of(AvgPool2d.of(3).stride(1).padding(1), images),
        Arguments.of(AvgPool2d.of(3).stride(2).padding(1).countPadding(false), images),
        Arguments.of(GlobalAvgPool2d.of(), images),
        Arguments.of(BatchNorm.of(), images),
        Arguments.of(BatchNorm.of().epsilon(0.1), features),
        Arguments.of(Dropout.of(0.4), images),
        Arguments.of(ReLU.of(), images),
        Arguments.of(LeakyReLU.of(), images),
        Arguments.of(Tanh.of(), images),
        Arguments.of(Sigmoid.of(), images),
        Arguments.of(Softmax.of(), features),
        Arguments.of(LogSoftmax.of(), images),
        Arguments.of(Flatten.of(), images),
        Arguments.of(Sequential.of(Conv2d.of(3, 3), Tanh.of(), Flatten.of(), Linear.of(2)), images),
        Arguments.of(Residual.of(Conv2d.of(4, 3).padding(1)), images),
        Arguments.of(
            Residual.of(Sequential.of(Conv2d.of(2, 3).padding(1).stride(2), BatchNorm.of()))
                .shortcut(Conv2d.of(2, 1).stride(2))
                .activation(Activation.RELU),
            images),
        Arguments.of(SpatialDropout.of(0.4), images),
        Arguments.of(StochasticDepth.of(0.4, Conv2d.of(2, 3)), images),
        Arguments.of(Residual.of(Conv2d.of(4, 3).padding(1)).stochasticDepth(0.4), images),
        Arguments.of(DropConnect.of(3, 0.4), features),
        Arguments.of(DropConnect.of(3, 0.4).activation(new Activation.Tanh()).points(5), images),
        Arguments.of(
            DropConnect.of(Linear.of(3).bias(false), 0.4).activation(Activation.NONE), images),
        Arguments.of(DropConnect.of(3, 0.4).maskPerSample(true), images),
        Arguments.of(
            DropConnect.of(Linear.of(3).bias(false), 0.4)
                .maskPerSample(true)
                .evaluation(DropConnect.Evaluation.PLAIN_MEAN),
            features));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void everyLayersGradientsAreThoseOfItsFormula(Layer layer, Shape input) {
    Network network = network(layer, input);
    for (boolean training : new boolean[] {true, false}) {
      Map<String, HostArray> values = values(network, input);
      List<GradientCheck.Result> results =
          new GradientCheck(graph -> network.describe(graph, input, training).output(), values, 60)
              .run();
      assertAllPass(results, network, true);
    }
  }

  static List<Arguments> losses() {
    List<Loss> labels =
        List.of(
            CrossEntropy.ofLabels(),
            CrossEntropy.ofLabels().labelSmoothing(0.1),
            CrossEntropy.ofLabels().classWeights(1, 2, 0.5, 3, 0).labelSmoothing(0.2));
    List<Loss> soft =
        List.of(
            CrossEntropy.ofDistributions(),
            CrossEntropy.ofDistributions().labelSmoothing(0.3).classWeights(1, 2, 0.5, 3, 1),
            MeanSquaredError.of(),
            L2Regularised.of(MeanSquaredError.of(), 0.3));
    HostArray classes = HostArray.of(Shape.of(4), 3, 0, 1, 1);
    HostArray distributions =
        HostArray.of(
            TensorType.of(DType.FLOAT64, 4, 5),
            new double[] {
              0.2, 0.2, 0.2, 0.2, 0.2, 1, 0, 0, 0, 0, 0.5, 0, 0.5, 0, 0, 0.1, 0.2, 0.3, 0.4, 0
            });
    return java.util.stream.Stream.concat(
            labels.stream().map(loss -> Arguments.of(loss, classes)),
            soft.stream().map(loss -> Arguments.of(loss, distributions)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("losses")
  void everyLossesGradientsAreThoseOfItsFormula(Loss loss, HostArray targets) {
    Shape input = Shape.of(4, 3);
    Network network = network(Sequential.of(Linear.of(5)), input);
    assertAllPass(check(network, loss, input, targets, 60), network, false);
  }

  static List<Arguments> nets() {
    return List.of(
        Arguments.of("mlp", Shape.of(3, 1, 4, 4), 20),
        Arguments.of("lenet", Shape.of(2, 1, 12, 12), 20),
        Arguments.of("convnet", Shape.of(2, 3, 4, 4), 10),
        Arguments.of("resnet20", Shape.of(4, 3, 4, 4), 1));
  }

  @ParameterizedTest
  @MethodSource("nets")
  void wholeNetsGradientsAreThoseOfTheirFormulas(String name, Shape input, int entries) {
    Network network = network(Zoo.byName(name, 3), input);
    HostArray labels = HostArray.of(Shape.of(input.dim(0)), labels(input.dim(0)));
    assertAllPass(check(network, CrossEntropy.ofLabels(), input, labels, entries), network, false);
  }

  private static int[] labels(int batch) {
    int[] labels = new int[batch];
    Arrays.setAll(labels, i -> i % 3);
    return labels;
  }

  private static List<GradientCheck.Result> check(
      Network network, Loss loss, Shape input, HostArray targets, int entries) {
    Map<String, HostArray> values = values(network, input);
    values.put("targets", targets);
    addLossConstants(network, loss, input, targets, values);
    return new GradientCheck(
            graph -> {
              Description description = network.describe(graph, input, true);
              Value bound = graph.input("targets", targets.type());
              return loss.describe(description.context(), description.output(), bound);
            },
            values,
            entries)
        .run();
  }

  private static void addLossConstants(
      Network network, Loss loss, Shape input, HostArray targets, Map<String, HostArray> values) {
    Description description = network.describe(input, true);
    Value bound = description.graph().input("targets", targets.type());
    loss.describe(description.context(), description.output(), bound);
    description.states().values().stream()
        .filter(state -> state.role() == StateSpec.Role.CONSTANT)
        .forEach(state -> values.put(state.name(), state.initialise(1)));
  }

  /** Every parameter must be among the results: one without a gradient would pass unseen. */
  private static void assertAllPass(
      List<GradientCheck.Result> results, Network network, boolean alsoInput) {
    results.forEach(result -> assertTrue(result.passed(), result.toString()));
    Set<String> expected =
        network.states().values().stream()
            .filter(StateSpec::trainable)
            .map(StateSpec::name)
            .collect(Collectors.toCollection(HashSet::new));
    Set<String> checked =
        results.stream().map(GradientCheck.Result::name).collect(Collectors.toSet());
    // What the configuration gives has a gradient, too, that nobody asks for.
    network.states().values().stream()
        .filter(state -> state.role() == StateSpec.Role.CONSTANT)
        .forEach(state -> checked.remove(state.name()));
    if (alsoInput) {
      expected.add(Network.INPUT);
      assertEquals(expected, checked);
    }
    assertTrue(checked.containsAll(expected), () -> expected + " but only " + checked);
  }

  private static Network network(Layer layer, Shape input) {
    int[] all = input.toArray();
    return Network.of(layer, DType.FLOAT64, Shape.of(Arrays.copyOfRange(all, 1, all.length)));
  }

  /** Weights as they start; biases, scales and statistics moved off their 0 and 1. */
  private static Map<String, HostArray> values(Network network, Shape input) {
    Map<String, HostArray> values = new HashMap<>(network.initialise(7));
    RandomStream random = new RandomStream(7, "gradients");
    for (StateSpec state : network.states().values()) {
      if (!state.isWeight() && state.type().dtype().isFloating()) {
        HostArray value = values.get(state.name());
        for (int i = 0; i < state.type().shape().intSize(); i++) {
          value.set(i, value.get(i) + random.nextUniform(-0.4, 0.4));
        }
      }
    }
    TensorType type = new TensorType(DType.FLOAT64, input);
    double[] pixels = new double[input.intSize()];
    Arrays.setAll(pixels, i -> random.nextGaussian());
    values.put(Network.INPUT, HostArray.of(type, pixels));
    values.put("rng", HostArray.of(Shape.of(4), 11, 12, 13, 14));
    return values;
  }
}
