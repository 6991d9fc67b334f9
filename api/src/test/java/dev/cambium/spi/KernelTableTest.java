package dev.cambium.spi;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.op.ArgMax;
import dev.cambium.op.NonFiniteCount;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelTableTest {
  private final View made = new View(0);
  private final KernelTable table =
      new KernelTable().put(NonFiniteCount.class, (op, inputs) -> made);

  @Test
  void whatHasNoFactoryIsDeclined() {
    TensorType scores = TensorType.float32(2, 3);
    assertInstanceOf(Declined.class, table.prepare(new ArgMax(), List.of(scores)));
  }

  @Test
  void factoriesSeeOnlyTypesThatTheOperationTakes() {
    assertSame(made, table.prepare(new NonFiniteCount(), List.of(TensorType.float32(3))));
    List<ValueType> integers = List.of(TensorType.of(DType.INT32, 3));
    assertThrows(
        IllegalArgumentException.class, () -> table.prepare(new NonFiniteCount(), integers));
  }
}
