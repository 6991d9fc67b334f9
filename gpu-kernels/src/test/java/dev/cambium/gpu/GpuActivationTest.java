package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GpuActivationTest {
  private static final List<Activation> ALL =
      List.of(
          Activation.NONE,
          Activation.RELU,
          new Activation.LeakyRelu(0.25),
          new Activation.Tanh(),
          new Activation.Sigmoid());

  @Test
  void everyActivationHasANumberOfItsOwn() {
    Set<Class<?>> kinds = ALL.stream().map(Object::getClass).collect(Collectors.toSet());
    assertEquals(Set.of(Activation.class.getPermittedSubclasses()), kinds);
    Set<Integer> codes =
        ALL.stream().map(each -> GpuActivation.of(each).code()).collect(Collectors.toSet());
    assertEquals(ALL.size(), codes.size());
    assertEquals(0, GpuActivation.of(Activation.NONE).code());
  }

  @Test
  void aLeakyReluKeepsItsSlopeUnlessItIsARelu() {
    assertEquals(0.25, GpuActivation.of(new Activation.LeakyRelu(0.25)).slope());
    assertEquals(GpuActivation.of(Activation.RELU), GpuActivation.of(new Activation.LeakyRelu(0)));
  }

  @Test
  void theSumsOfTiledProductsAreGivenTheSame() {
    for (Activation activation : ALL) {
      assertEquals(new Epilogue(2, GpuActivation.of(activation)), Epilogue.of(true, activation));
    }
  }

  @Test
  void anActivationThatNoKernelHasIsAnErrorThatNamesIt() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> GpuActivation.of(null)).getMessage();
    assertTrue(message.contains("activation") && message.contains("null"), message);
  }
}
