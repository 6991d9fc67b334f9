package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activation;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WideActivationTest {
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
        ALL.stream().map(each -> WideActivation.of(each).code()).collect(Collectors.toSet());
    assertEquals(ALL.size(), codes.size());
    assertEquals(0, WideActivation.of(Activation.NONE).code());
  }

  @Test
  void aLeakyReluKeepsItsSlopeUnlessItIsARelu() {
    assertEquals(0.25, WideActivation.of(new Activation.LeakyRelu(0.25)).slope());
    assertEquals(
        WideActivation.of(Activation.RELU), WideActivation.of(new Activation.LeakyRelu(0)));
  }

  @Test
  void theSumsOfTiledProductsAreGivenTheSame() {
    for (Activation activation : ALL) {
      assertEquals(new Epilogue(2, WideActivation.of(activation)), Epilogue.of(true, activation));
    }
  }

  @Test
  void anActivationThatNoKernelHasIsAnErrorThatNamesIt() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> WideActivation.of(null)).getMessage();
    assertTrue(message.contains("activation") && message.contains("null"), message);
  }
}
