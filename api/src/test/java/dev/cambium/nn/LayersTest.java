package dev.cambium.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.graph.Graph;
import dev.cambium.graph.Node.Operation;
import dev.cambium.nn.init.Constant;
import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Size2d;
import dev.cambium.op.Value;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Philox4x32;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LayersTest {
  /** Output shapes by PyTorch's formulas for the layers of the same name. */
  static List<Arguments> outputShapes() {
    Shape images = Shape.of(5, 6, 9, 11);
    return List.of(
        Arguments.of(Linear.of(7), Shape.of(5, 12), Shape.of(5, 7)),
        Arguments.of(Linear.of(7), images, Shape.of(5, 7)),
        Arguments.of(Conv2d.of(4, 3), images, Shape.of(5, 4, 7, 9)),
        Arguments.of(Conv2d.of(4, 3).padding(1).stride(2), images, Shape.of(5, 4, 5, 6)),
        Arguments.of(Conv2d.of(4, 3).dilation(3), images, Shape.of(5, 4, 3, 5)),
        Arguments.of(Conv2d.of(4, new Size2d(1, 5)).groups(2), images, Shape.of(5, 4, 9, 7)),
        Arguments.of(MaxPool2d.of(2), images, Shape.of(5, 6, 4, 5)),
        Arguments.of(MaxPool2d.of(3).stride(2).padding(1), images, Shape.of(5, 6, 5, 6)),
        Arguments.of(AvgPool2d.of(3).stride(1), images, Shape.of(5, 6, 7, 9)),
        Arguments.of(AvgPool2d.of(3).padding(1).countPadding(false), images, Shape.of(5, 6, 3, 4)),
        Arguments.of(GlobalAvgPool2d.of(), images, Shape.of(5, 6, 1, 1)),
        Arguments.of(BatchNorm.of(), images, images),
        Arguments.of(BatchNorm.of(), Shape.of(5, 12), Shape.of(5, 12)),
        Arguments.of(Dropout.of(0.3), images, images),
        Arguments.of(SpatialDropout.of(0.3), images, images),
        Arguments.of(StochasticDepth.of(0.3, Conv2d.of(4, 3)), images, Shape.of(5, 4, 7, 9)),
        Arguments.of(DropConnect.of(7, 0.3), Shape.of(5, 12), Shape.of(5, 7)),
        Arguments.of(DropConnect.of(7, 0.3).maskPerSample(true), images, Shape.of(5, 7)),
        Arguments.of(ReLU.of(), images, images),
        Arguments.of(LeakyReLU.of(0.2), images, images),
        Arguments.of(Tanh.of(), images, images),
        Arguments.of(Sigmoid.of(), images, images),
        Arguments.of(Softmax.of(), Shape.of(5, 12), Shape.of(5, 12)),
        Arguments.of(LogSoftmax.of(), images, images),
        Arguments.of(Flatten.of(), images, Shape.of(5, 594)),
        Arguments.of(Residual.of(Conv2d.of(6, 3).padding(1)), images, images));
  }

  @ParameterizedTest
  @MethodSource("outputShapes")
  void outputHasTheShapeThatTheLayersPageSays(Layer layer, Shape input, Shape expected) {
    Network network = Network.of(layer, Shape.of(withoutBatch(input)));
    assertEquals(expected, network.describe(input, true).output().shape());
    assertEquals(expected, network.describe(input, false).output().shape());
  }

  @ParameterizedTest
  @MethodSource("outputShapes")
  void anEmptyBatchIsEvaluatedToAnEmptyResult(Layer layer, Shape input, Shape expected) {
    Network network = Network.of(layer, Shape.of(withoutBatch(input)));
    assertEquals(expected.with(0, 0), network.describe(0, false).output().shape());
  }

  @Test
  void statesHaveTheNamesAndShapesOfPyTorchsStateDict() {
    Layer net =
        Sequential.named()
            .add(
                "features",
                Sequential.of(Conv2d.of(8, 3).groups(2), BatchNorm.of(), ReLU.of(), Flatten.of()))
            .add("head", Linear.of(10).bias(false));
    Map<String, StateSpec> states = Network.of(net, Shape.of(4, 5, 5)).states();
    assertEquals(
        List.of(
            "features.0.weight FLOAT32[8, 2, 3, 3] PARAMETER",
            "features.0.bias FLOAT32[8] PARAMETER",
            "features.1.weight FLOAT32[8] PARAMETER",
            "features.1.bias FLOAT32[8] PARAMETER",
            "features.1.running_mean FLOAT32[8] BUFFER",
            "features.1.running_var FLOAT32[8] BUFFER",
            "features.1.num_batches_tracked INT64[] BUFFER",
            "head.weight FLOAT32[10, 72] PARAMETER"),
        states.values().stream().map(s -> s.name() + " " + s.type() + " " + s.role()).toList());
  }

  @Test
  void dropoutIsTheIdentityInEvaluationAndDrawsFromItsPathInTraining() {
    Network network = Network.of(Sequential.named().add("drop", Dropout.of(0.5)), Shape.of(3));
    Description evaluation = network.describe(2, false);
    assertEquals(evaluation.input(), evaluation.output());
    assertEquals(1, evaluation.graph().build().inputs().size());

    Graph training = network.describe(2, true).graph().build();
    assertEquals(
        new dev.cambium.op.Dropout(0.5, Philox4x32.stream("drop")),
        training.operations().get(0).op());
    assertEquals(
        Map.of("input", TensorType.float32(2, 3), "rng", TensorType.of(DType.INT32, 4)),
        training.inputs().stream()
            .collect(Collectors.toMap(i -> i.path(), i -> i.output(0).type())));
  }

  @Test
  void dropoutOfNothingEmitsNothing() {
    Description d = Network.of(Dropout.of(0), Shape.of(3)).describe(2, true);
    assertEquals(d.input(), d.output());
  }

  @Test
  void batchNormUsesTheBatchInTrainingAndMovesItsStatistics() {
    Network network = Network.of(BatchNorm.of(), Shape.of(3, 2, 2));
    Graph training = network.describe(4, true).graph().build();
    assertTrue(ops(training).contains(BatchNormTraining.class));
    assertEquals(
        Set.of("running_mean", "running_var", "num_batches_tracked"),
        training.assignments().stream().map(a -> a.state().path()).collect(Collectors.toSet()));

    Graph evaluation = network.describe(4, false).graph().build();
    assertTrue(ops(evaluation).contains(BatchNormInference.class));
    assertTrue(evaluation.assignments().isEmpty());
  }

  @Test
  void batchNormRefusesToTrainOnOneValuePerChannel() {
    Network network = Network.of(Sequential.of(BatchNorm.of()), Shape.of(3));
    String message = message(() -> network.describe(1, true));
    assertTrue(message.startsWith("0: "), message);
    assertTrue(message.contains("more than one value per channel"), message);
    network.describe(1, false);
  }

  @Test
  void anotherNumberOfChannelsThanAtTheFirstCallIsNamed() {
    Network network =
        Network.of(
            Sequential.named().add("features", Sequential.of(Conv2d.of(4, 3))),
            Shape.of(3, 28, 28));
    assertEquals(
        "features.0: Conv2d expects 3 input channels as at its first call, got 1 (input shape"
            + " [64, 1, 28, 28]); feed inputs with 3 input channels or build a new network for 1",
        message(() -> network.describe(Shape.of(64, 1, 28, 28), true)));
    assertEquals(
        Shape.of(2, 4, 38, 38), network.describe(Shape.of(2, 3, 40, 40), true).output().shape());
  }

  @Test
  void anotherNumberOfFeaturesThanAtTheFirstCallIsNamed() {
    Network linear = Network.of(Sequential.of(ReLU.of(), Linear.of(4)), Shape.of(1, 28, 28));
    assertEquals(
        "1: Linear expects 784 input features as at its first call, got 1024 (input shape"
            + " [8, 1, 32, 32]); feed inputs with 784 input features or build a new network for"
            + " 1024",
        message(() -> linear.describe(Shape.of(8, 1, 32, 32), true)));
    Network norm = Network.of(Sequential.of(BatchNorm.of()), Shape.of(5));
    assertEquals(
        "0: BatchNorm expects 5 channels as at its first call, got 6 (input shape [8, 6]); feed"
            + " inputs with 5 channels or build a new network for 6",
        message(() -> norm.describe(Shape.of(8, 6), true)));
  }

  /** A layer that does not fit its input, and what the message must say. */
  static List<Arguments> misfits() {
    return List.of(
        Arguments.of(Conv2d.of(4, 3), Shape.of(10), "Conv2d expects images [N, C, H, W]"),
        Arguments.of(Conv2d.of(4, 5), Shape.of(3, 4, 4), "use a smaller kernel"),
        Arguments.of(Conv2d.of(4, 3).groups(2), Shape.of(3, 9, 9), "multiple of 2 input channels"),
        Arguments.of(MaxPool2d.of(5), Shape.of(3, 4, 4), "use a smaller kernel"),
        Arguments.of(MaxPool2d.of(2), Shape.of(7), "MaxPool2d expects images"),
        Arguments.of(AvgPool2d.of(2), Shape.of(7), "AvgPool2d expects images"),
        Arguments.of(GlobalAvgPool2d.of(), Shape.of(7), "GlobalAvgPool2d expects images"),
        Arguments.of(Linear.of(4), Shape.of(), "Linear expects [N, features...]"),
        Arguments.of(BatchNorm.of(), Shape.of(3, 4), "BatchNorm expects [N, C]"),
        Arguments.of(Sequential.of(), Shape.of(3), "at least one layer"),
        Arguments.of(
            Residual.of(Linear.of(4)), Shape.of(3), "[1, 4] from the body and [1, 3] from the"));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void aLayerThatDoesNotFitIsNamedByItsPath(Layer layer, Shape sample, String expected) {
    Layer net = Sequential.named().add("body", Sequential.of(layer));
    String message = message(() -> Network.of(net, sample));
    assertTrue(message.startsWith("body.0: "), message);
    assertTrue(message.contains(expected), message);
    assertEquals(1, message.split("body\\.0: ", -1).length - 1, message);
  }

  /** Settings that are refused before anything is described. */
  @Test
  void settingsOutsideOfTheirRangeAreRefused() {
    assertTrue(message(() -> Linear.of(0)).contains("got 0"));
    assertTrue(message(() -> Conv2d.of(0, 3)).contains("got 0"));
    assertTrue(message(() -> Conv2d.of(5, 3).groups(2)).contains("2 group(s), got 5"));
    assertTrue(message(() -> Conv2d.of(4, 0)).contains("got 0x0"));
    assertTrue(message(() -> Conv2d.of(4, 3).padding(-1)).contains("-1"));
    assertTrue(message(() -> MaxPool2d.of(2).padding(2)).contains("smaller than its kernel"));
    assertTrue(message(() -> Dropout.of(1)).contains("got 1.0"));
    assertTrue(message(() -> Dropout.of(Double.NaN)).contains("got NaN"));
    assertTrue(message(() -> BatchNorm.of().epsilon(0)).contains("got 0.0"));
    assertTrue(message(() -> BatchNorm.of().momentum(1.5)).contains("got 1.5"));
    assertTrue(message(() -> LeakyReLU.of(-1)).contains("got -1.0"));
    assertTrue(message(() -> Sequential.named().add("a.b", ReLU.of())).contains("'a.b'"));
    assertTrue(
        message(() -> Sequential.named().add("a", ReLU.of()).add("a", ReLU.of()))
            .contains("'a' twice"));
    assertTrue(
        message(() -> Residual.of(Sequential.named().add("shortcut", ReLU.of())))
            .contains("'shortcut'"));
  }

  @Test
  void withersChangeOneSettingAndLeaveTheLayerAlone() {
    Conv2d plain = Conv2d.of(8, 3);
    Conv2d changed = plain.stride(2).padding(1).dilation(3).groups(4).bias(false);
    assertEquals(Conv2d.of(8, 3), plain);
    assertEquals(new Size2d(2, 2), changed.geometry().stride());
    assertEquals(1, changed.geometry().padding().left());
    assertEquals(new Size2d(3, 3), changed.geometry().dilation());
    assertEquals(4, changed.geometry().groups());
    assertFalse(changed.bias());
    assertEquals(8, changed.outputChannels());
  }

  @Test
  void aResidualBlockAddsItsShortcutAndActivates() {
    Layer block =
        Residual.of(Sequential.named().add("conv1", Conv2d.of(4, 3).padding(1).stride(2)))
            .shortcut(Sequential.of(Conv2d.of(4, 1).stride(2)))
            .activation(Activation.RELU);
    Network network = Network.of(Sequential.of(block), Shape.of(3, 8, 8));
    assertEquals(
        List.of("0.conv1.weight", "0.conv1.bias", "0.shortcut.0.weight", "0.shortcut.0.bias"),
        List.copyOf(network.states().keySet()));
    assertEquals(
        List.of("Convolution", "Convolution", "BinaryMath", "Activate"),
        network.describe(2, true).graph().build().operations().stream()
            .map(operation -> operation.op().name())
            .toList());
  }

  /** A user's layer: a scale per feature. */
  private record Scale() implements Layer {
    @Override
    public Value describe(LayerContext context, Value x) {
      Value scale = context.parameter("scale", Shape.of(x.shape().dim(1)), Constant.ONES);
      return context.emit(new BinaryMath(BinaryMath.Function.MULTIPLY), x, scale);
    }
  }

  @Test
  void aUsersLayerWorksLikeTheBuiltInOnes() {
    Network network = Network.of(Sequential.of(new Scale(), Linear.of(2)), Shape.of(3));
    assertEquals(List.of("0.scale", "1.weight", "1.bias"), List.copyOf(network.states().keySet()));
    assertEquals("Scale", network.summary().rows().get(0).kind());
    assertEquals(
        "0: state 0.scale is FLOAT32[3] as first described, now FLOAT32[4] is asked for; feed"
            + " inputs of the size of the first, or build a new network",
        message(() -> network.describe(Shape.of(2, 4), false)));
  }

  @Test
  void anErrorThatAUsersLayerThrowsIsGivenItsPath() {
    Layer broken =
        (context, x) -> {
          throw new IllegalArgumentException("no such thing");
        };
    Layer net = Sequential.named().add("a", Sequential.of(broken));
    assertEquals("a.0: no such thing", message(() -> Network.of(net, Shape.of(3))));
  }

  @Test
  void twoCallsOfOneChildShareTheirParameters() {
    Layer siamese =
        (context, x) -> {
          Value once = context.child("tower", Linear.of(3), x);
          return context.child("tower", Linear.of(3), once);
        };
    Network network = Network.of(siamese, Shape.of(3));
    assertEquals(List.of("tower.weight", "tower.bias"), List.copyOf(network.states().keySet()));
    assertEquals(12, network.summary().parameters());
  }

  @Test
  void aStateThatOnlyTrainingDeclaresIsRefused() {
    Layer fickle =
        (context, x) ->
            context.training()
                ? context.emit(
                    new BinaryMath(BinaryMath.Function.ADD),
                    x,
                    context.parameter("late", Shape.of(3), Constant.ZEROS))
                : context.child("linear", Linear.of(3), x);
    Network network = Network.of(fickle, Shape.of(3));
    assertTrue(message(() -> network.describe(2, true)).contains("state late was not there"));
  }

  @Test
  void everyLayersOutputCanBeFetchedByItsPath() {
    Network network =
        Network.of(
            Sequential.named().add("features", Sequential.of(ReLU.of())).add("head", Linear.of(2)),
            Shape.of(3));
    Description description = network.describe(4, false);
    Graph graph = description.graph().build();
    assertEquals(
        Set.of("features.0.output", "features.output", "head.output", "output"),
        graph.named().keySet());
    assertEquals(description.output(), graph.named("output"));
    assertEquals(graph.named("features.output"), graph.named("features.0.output"));
  }

  private static int[] withoutBatch(Shape input) {
    int[] all = input.toArray();
    return java.util.Arrays.copyOfRange(all, 1, all.length);
  }

  private static List<Class<?>> ops(Graph graph) {
    return graph.operations().stream().map(Operation::op).<Class<?>>map(Object::getClass).toList();
  }

  private static String message(org.junit.jupiter.api.function.Executable action) {
    return assertThrows(IllegalArgumentException.class, action).getMessage();
  }
}
