package dev.cambium.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.nn.init.Constant;
import dev.cambium.nn.init.Gain;
import dev.cambium.nn.init.LeCun;
import dev.cambium.nn.init.Orthogonal;
import dev.cambium.nn.zoo.Zoo;
import dev.cambium.op.Activation;
import dev.cambium.op.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchitectureTest {
  @ParameterizedTest
  @EnumSource(Zoo.class)
  void aNetworkOfTheZooComesBackEqual(Zoo net) {
    Layer layer = net.create(10);
    assertEquals(layer, Architecture.STANDARD.read(Architecture.STANDARD.write(layer)));
  }

  @Test
  void allOtherLayersComeBackEqual() {
    Layer layer =
        Sequential.of(
            Conv2d.of(8, 3).padding(1).stride(2).dilation(2).groups(2),
            LeakyReLU.of(0.1),
            Tanh.of(),
            Sigmoid.of(),
            AvgPool2d.of(2),
            Residual.of(ReLU.of()).activation(Activation.RELU),
            Flatten.of(),
            BatchNorm.of(),
            Dropout.of(0.3),
            Conv2d.of(2, 1).initializer(Orthogonal.of(Gain.relu())),
            Linear.of(4).initializer(LeCun.heuristicUniform()),
            CenteredWeightNormLinear.of(3).bias(false).gainInitializer(new Constant(2)),
            CenteredWeightNormConv2d.of(Conv2d.of(8, 3).padding(1).groups(2)),
            Softmax.of(),
            LogSoftmax.of());
    assertEquals(layer, Architecture.STANDARD.read(Architecture.STANDARD.write(layer)));
  }

  record Twice(Layer inner) implements Layer {
    @Override
    public Value describe(LayerContext context, Value input) {
      return context.child("second", inner, context.child("first", inner, input));
    }
  }

  @Test
  void alayerOfOnesOwnTakesPartOnceItIsKnown() {
    Layer layer = Sequential.of(new Twice(Linear.of(3)));
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> Architecture.STANDARD.write(layer));
    assertTrue(unknown.getMessage().contains("Architecture.with()"), unknown.getMessage());
    Architecture own = Architecture.STANDARD.with(Twice.class);
    assertEquals(layer, own.read(own.write(layer)));
    assertThrows(
        IllegalArgumentException.class, () -> Architecture.STANDARD.read(own.write(layer)));
  }

  @Test
  void wrongJsonIsRefusedWithItsPlace() {
    assertMessage("{", "not valid JSON");
    assertMessage("[]", "the network must be an object");
    assertMessage("{\"type\":\"java.lang.Runtime\"}", "no known Layer");
    assertMessage("{\"type\":\"Dropout\"}", "an object with 'p'");
    assertMessage("{\"type\":\"Dropout\",\"p\":\"half\"}", "the network.p must be a number");
    assertMessage("{\"type\":\"Dropout\",\"p\":2}", "2.0");
    assertMessage("{\"type\":\"Normal\",\"standardDeviation\":1}", "no known Layer");
  }

  private static void assertMessage(String json, String part) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Architecture.STANDARD.read(json))
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
