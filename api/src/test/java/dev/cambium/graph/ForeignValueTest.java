package dev.cambium.graph;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Op;
import dev.cambium.op.Value;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values belong to the graph that made them. */
class ForeignValueTest {
  private static final TensorType TWO = TensorType.float32(2);

  private final GraphBuilder builder = new GraphBuilder();
  private final Value foreign = new GraphBuilder().input("x", TWO);

  @Test
  void aValueOfAnotherGraphIsRefusedWhereverItIsUsed() {
    Value state = builder.state("s", TWO);
    assertRefused(() -> builder.emit(new Activate(Activation.RELU), foreign));
    assertRefused(() -> builder.assign(state, foreign));
    assertRefused(() -> builder.name("y", foreign));
  }

  private static void assertRefused(Runnable use) {
    String message = assertThrows(IllegalArgumentException.class, use::run).getMessage();
    assertTrue(message.contains("another graph"), message);
  }

  @Test
  void aValueOfTheGraphThatIsContinuedIsNot() {
    Value x = builder.input("x", TWO);
    Value y = builder.emit(new Activate(Activation.RELU), x);
    GraphBuilder more = GraphBuilder.of(builder.build());
    assertDoesNotThrow(() -> more.emit(new Activate(Activation.RELU), y));
  }

  @Test
  void anErrorWithoutAMessageStillNamesTheLayer() {
    record Silent() implements Op {
      @Override
      public List<ValueType> infer(List<ValueType> inputs) {
        throw new IllegalArgumentException();
      }
    }
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> builder.scope("features", () -> builder.emit(new Silent(), List.of())))
            .getMessage();
    assertTrue(message.startsWith("features: "), message);
  }
}
