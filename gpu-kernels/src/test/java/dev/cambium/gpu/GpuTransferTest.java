package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import org.junit.jupiter.api.Test;

class GpuTransferTest {
  private final HeapContext device = new HeapContext(1 << 20);
  private final GpuBackend backend = new GpuBackend(device, BackendConfig.defaults());

  private void upload(int... dimensions) {
    TensorType type = TensorType.of(DType.FLOAT32, dimensions);
    Buffer buffer = backend.bind(backend.allocate(type.bytes()), type);
    backend.upload(HostArray.allocate(type).bytes(), buffer);
  }

  @Test
  void whatReordersAShapeIsPreparedOnceAndFreedWithTheBackend() {
    upload(2, 3, 4, 4);
    upload(2, 3, 4, 4);
    assertEquals(1, device.openFunctions);
    upload(2, 3, 5, 5);
    assertEquals(2, device.openFunctions);
    backend.close();
    assertEquals(0, device.openFunctions);
  }

  @Test
  void theShapesThatWereUsedLastKeepTheirs() {
    for (int size = 2; size < 102; size++) {
      upload(1, 2, size, 1);
    }
    assertEquals(64, device.openFunctions);
    backend.close();
    assertEquals(0, device.openFunctions);
  }

  @Test
  void whatLiesInOrderNeedsNone() {
    upload(2, 1, 4, 4);
    upload(2, 3, 1, 1);
    upload(2, 3);
    assertEquals(0, device.openFunctions);
    backend.close();
  }
}
