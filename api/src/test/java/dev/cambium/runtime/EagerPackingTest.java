package dev.cambium.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.graph.GraphBuilder;
import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.op.MatMul;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.Value;
import dev.cambium.op.Window2d;
import dev.cambium.spi.CheckingBackend;
import dev.cambium.spi.FaultyBackend;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Operations at once on a backend that wants packed inputs, and values without elements. */
class EagerPackingTest {
  private static final TensorType LEFT = TensorType.of(DType.FLOAT64, 1, 2);
  private static final TensorType RIGHT = TensorType.of(DType.FLOAT64, 2, 1);

  @Test
  void theSameOperationPacksAnewEachTimeAndItsPackersAreFreed() {
    FaultyBackend counted = new FaultyBackend(new DemandingBackend());
    try (CheckingBackend backend = new CheckingBackend(counted, true)) {
      try (Eager eager = new Eager(backend)) {
        Value left = eager.tensor(HostArray.of(LEFT, new double[] {2, 3}));
        for (double w : new double[] {1, 10}) {
          Value right = eager.tensor(HostArray.of(RIGHT, new double[] {w, 2 * w}));
          Value product = eager.emit(new MatMul(false, false), left, right);
          assertArrayEquals(new double[] {8 * w}, eager.fetch(product).toDoubles());
        }
      }
      assertEquals(0, counted.open(), "kernels and packers that are open");
      assertEquals(0, counted.memory().bytes());
    }
  }

  @Test
  void nothingIsComputedAfterClose() {
    try (DemandingBackend backend = new DemandingBackend()) {
      Eager eager = new Eager(backend);
      Value x = eager.tensor(HostArray.of(LEFT, new double[] {2, 3}));
      eager.close();
      assertThrows(IllegalStateException.class, () -> eager.tensor(HostArray.allocate(LEFT)));
      assertThrows(IllegalStateException.class, () -> eager.emit(new Activate(Activation.RELU), x));
      assertEquals(0, backend.memory().bytes());
    }
  }

  @Test
  void anEmptyBatchRunsThroughAPlanThatIsChecked() {
    GraphBuilder builder = new GraphBuilder();
    Value x = builder.input("x", TensorType.float32(0, 1, 4, 4));
    Value y = builder.emit(new MaxPooling(Window2d.of(2)), List.of(x)).get(0);
    builder.name("y", builder.emit(new MaxPooling(Window2d.of(2)), List.of(y)).get(0));
    try (CheckingBackend backend = new CheckingBackend(new DemandingBackend(), true);
        ParameterStore store = new ParameterStore(backend);
        BufferPool pool = new BufferPool(backend);
        Plan plan = Plan.of(builder.build(), store, pool)) {
      plan.bind("x", HostArray.allocate(TensorType.float32(0, 1, 4, 4)));
      plan.run();
      assertEquals(Shape.of(0, 1, 1, 1), plan.fetch("y").shape());
    }
  }
}
