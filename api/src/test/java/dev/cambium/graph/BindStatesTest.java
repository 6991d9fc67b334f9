package dev.cambium.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.op.Affine;
import dev.cambium.op.Value;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BindStatesTest {
  @Test
  void someStatesBecomeInputsAndAllElseStays() {
    GraphBuilder builder = new GraphBuilder();
    TensorType type = TensorType.float32(2);
    Value mean = builder.state("norm.mean", type);
    Value count = builder.state("count", type);
    Value x = builder.input("x", type);
    builder.assign(mean, builder.emit(new Affine(0.9, 0), mean));
    builder.assign(count, builder.scope("tail", () -> builder.emit(new Affine(1, 1), count)));
    builder.name("y", builder.emit(new Affine(2, 0), mean));
    builder.name("x", x);
    Graph bound = builder.build().rewritten(new BindStates(Set.of("norm.mean", "is.not.there")));
    assertEquals(
        Set.of("x", "norm.mean"), Set.copyOf(bound.inputs().stream().map(Node::path).toList()));
    assertEquals(List.of("count"), bound.states().stream().map(Node::path).toList());
    assertEquals(
        List.of("count"), bound.assignments().stream().map(a -> a.state().path()).toList());
    assertEquals("tail", bound.assignments().get(0).next().node().path());
    assertEquals(Set.of("y", "x"), bound.named().keySet());
  }
}
