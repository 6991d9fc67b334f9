package dev.cambium.nn.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.nn.Layer;
import dev.cambium.nn.Network;
import dev.cambium.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZooTest {
  private static final Shape CIFAR = Shape.of(3, 32, 32);

  /**
   * By hand. softmax: 10 (784 + 1). mlp: 256 (784 + 1) + 128 (256 + 1) + 10 (128 + 1). lenet: see
   * SummaryTest. convnet on 3x32x32: 32 27 + 32 288 + 64 288 + 64 576 filters, 2 (32 + 32 + 64 +
   * 64) of batch norm, 256 (64 8 8 + 1) + 10 (256 + 1).
   */
  @ParameterizedTest
  @CsvSource({
    "softmax, 1, 28, 7850",
    "mlp, 1, 28, 235146",
    "lenet, 1, 28, 61706",
    "convnet, 3, 32, 1117162",
    "resnet20, 3, 32, 272474"
  })
  void parameterCountsAreThoseCountedByHand(String name, int channels, int side, long expected) {
    Layer net = Zoo.byName(name, 10);
    assertEquals(expected, Network.of(net, Shape.of(channels, side, side)).parameterCount(), name);
  }

  /**
   * The paper's ResNet-20 with zero padding on the shortcuts (option A) has 269,722 parameters: 432
   * + 32 before the stages, 14,016 + 51,072 + 203,520 in them, 650 after. The projections of option
   * B add 16 32 + 2 32 and 32 64 + 2 64.
   */
  @Test
  void resnet20IsThePapersNetWithProjections() {
    long optionA = 432 + 32 + 14_016 + (51_072 + 203_520) + 650;
    assertEquals(269_722, optionA);
    Network net = Network.of(Zoo.resnet20(10), CIFAR);
    assertEquals(optionA + (16 * 32 + 2 * 32) + (32 * 64 + 2 * 64), net.parameterCount());
    long weights =
        net.states().keySet().stream()
            .filter(name -> name.endsWith("conv1.weight") || name.endsWith("conv2.weight"))
            .count();
    assertEquals(19, weights, "19 convolutions and a linear layer make 20");
    assertTrue(net.states().containsKey("layer2.0.shortcut.1.running_var"));
    assertTrue(net.states().containsKey("linear.weight"));
  }

  /** 3 27 and so on: products per pixel times pixels, summed by hand over the four convolutions. */
  @Test
  void convnetDoesTheReferenceWork() {
    long convolutions = 1024L * 32 * 27 + 1024L * 32 * 288 + 256L * 64 * 288 + 256L * 64 * 576;
    assertEquals(
        convolutions + 4096 * 256 + 256 * 10,
        Network.of(Zoo.convnet(10), CIFAR).summary().multiplyAdds());
  }

  @ParameterizedTest
  @CsvSource({"softmax", "mlp", "lenet", "convnet", "resnet20"})
  void everyNetGivesOneScorePerClassOnEveryDataSet(String name) {
    for (Shape sample : List.of(Shape.of(1, 28, 28), CIFAR)) {
      Network net = Network.of(Zoo.byName(name, 100), sample);
      assertEquals(Shape.of(4, 100), net.describe(4, true).output().shape());
      assertEquals(Shape.of(4, 100), net.describe(4, false).output().shape());
    }
  }

  @Test
  void anUnknownNameListsTheNames() {
    assertEquals(
        "model must be one of softmax, mlp, lenet, convnet, resnet20, got 'resnet50'",
        assertThrows(IllegalArgumentException.class, () -> Zoo.byName("resnet50", 10))
            .getMessage());
  }
}
