package dev.cambium.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.Affine;
import dev.cambium.op.Linear;
import dev.cambium.op.Value;
import dev.cambium.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphBuilderTest {
  private final GraphBuilder builder = new GraphBuilder();
  private final Value x = builder.input("x", TensorType.float32(2, 3));

  @Test
  void theSameOperationOnTheSameValuesIsRecordedOnce() {
    Value first = builder.emit(new Activate(Activation.RELU), x);
    Value second = builder.emit(new Activate(Activation.RELU), x);
    assertSame(first, second);
    assertEquals(1, builder.build().operations().size());
  }

  @Test
  void anErrorNamesTheLayersPath() {
    Value weight = builder.state("fc.weight", TensorType.float32(4, 5));
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                builder.scope(
                    "fc", () -> builder.emit(new Linear(false, Activation.NONE), x, weight)));
    assertTrue(error.getMessage().startsWith("fc: Linear"), error.getMessage());
    assertEquals("", builder.path());
  }

  @Test
  void aStateIsAssignedOnceAndKeepsItsType() {
    Value state = builder.state("s", TensorType.float32(2, 3));
    assertThrows(
        IllegalArgumentException.class,
        () -> builder.assign(state, builder.state("t", TensorType.float32(3, 2))));
    builder.assign(state, x);
    assertThrows(IllegalArgumentException.class, () -> builder.assign(state, x));
    assertThrows(IllegalArgumentException.class, () -> builder.assign(x, x));
  }

  @Test
  void fetchingCutsAwayWhatContributesNothing() {
    Value y = builder.emit(new Affine(2, 0), x);
    Value z = builder.emit(new Affine(3, 0), x);
    builder.name("y", y);
    builder.name("z", z);
    Graph graph = builder.build().fetching(List.of("z"));
    assertEquals(1, graph.operations().size());
    assertEquals(List.of("z"), List.copyOf(graph.named().keySet()));
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> graph.fetching(List.of("y")));
    assertTrue(error.getMessage().contains("[z]"), error.getMessage());
  }

  @Test
  void anInputAskedForAgainMustHaveTheSameType() {
    assertSame(x, builder.input("x", TensorType.float32(2, 3)));
    assertThrows(
        IllegalArgumentException.class, () -> builder.input("x", TensorType.float32(2, 4)));
  }
}
