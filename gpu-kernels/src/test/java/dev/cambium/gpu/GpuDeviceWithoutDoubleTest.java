package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.op.Affine;
import dev.cambium.op.Broadcast;
import dev.cambium.op.Cast;
import dev.cambium.op.Fill;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.op.Reshape;
import dev.cambium.op.Transpose;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a backend does on a device that does not compute in FLOAT64. */
class GpuDeviceWithoutDoubleTest {
  private final HeapContext device = new HeapContext(1 << 16, false);
  private final GpuBackend backend =
      new GpuBackend(device, new BackendConfig("", Map.of("fake.tuning", "off")));

  @AfterEach
  void close() {
    backend.close();
  }

  private Prepared prepare(Op op, TensorType... inputs) {
    return backend.prepare(op, List.<ValueType>of(inputs));
  }

  private void assertDeclined(Op op, TensorType... inputs) {
    Declined declined = assertInstanceOf(Declined.class, prepare(op, inputs));
    assertTrue(declined.reason().contains("FLOAT64"), declined.reason());
  }

  @Test
  void whatComputesInDoubleIsDeclinedWithTheReason() {
    TensorType doubles = TensorType.of(DType.FLOAT64, 4, 4);
    TensorType floats = TensorType.of(DType.FLOAT32, 4, 4);
    assertDeclined(new Affine(2, 1), doubles);
    assertDeclined(new Affine(2, 1), TensorType.of(DType.INT32, 4));
    assertDeclined(new Cast(DType.FLOAT64), floats);
    assertDeclined(new Cast(DType.FLOAT32), doubles);
    assertDeclined(new MatMul(false, false), doubles, doubles);
    assertEquals(List.of(), device.programs);
  }

  @Test
  void whatComputesInFloatHasKernelsWithoutDouble() {
    TensorType floats = TensorType.of(DType.FLOAT32, 4, 4);
    for (Prepared prepared :
        List.of(
            prepare(new Affine(2, 1), floats), prepare(new MatMul(false, false), floats, floats))) {
      assertInstanceOf(Kernel.class, prepared).close();
    }
    assertWithoutDouble(2);
  }

  @Test
  void doublesAreMovedAndFilledAsBits() {
    TensorType doubles = TensorType.of(DType.FLOAT64, 2, 3, 4, 5);
    for (Prepared prepared :
        List.of(
            prepare(new Fill(doubles, 0.5)),
            prepare(new Reshape(Shape.of(6, 20)), doubles),
            prepare(new Transpose(List.of(1, 0, 2, 3)), doubles),
            prepare(new Broadcast(Shape.of(7, 3)), TensorType.of(DType.FLOAT64, 3)))) {
      assertInstanceOf(Kernel.class, prepared).close();
    }
    assertWithoutDouble(4);
  }

  private void assertWithoutDouble(int programs) {
    assertEquals(programs, device.programs.size());
    for (GpuProgram program : device.programs) {
      assertFalse(program.defines().containsKey("REAL_IS_DOUBLE"), program::toString);
    }
  }
}
