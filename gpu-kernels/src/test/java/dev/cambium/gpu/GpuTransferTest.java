package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** The small one fits into a piece that the host re-orders at once, the large one does not. */
  @ParameterizedTest
  @CsvSource({"FLOAT32, 5", "FLOAT64, 5", "UINT8, 5", "FLOAT32, 300"})
  void aFullDeviceGetsAndGivesValuesThatTheHostReorders(DType dtype, int width) {
    TensorType type = TensorType.of(dtype, 2, 3, 301, width);
    double[] values = new double[Math.toIntExact(type.shape().size())];
    Arrays.setAll(values, i -> i % 251);
    long before = 1024;
    long bytes = before + type.bytes();
    HeapContext full = new HeapContext((bytes + 511) / 512 * 512);
    try (GpuBackend backend = new GpuBackend(full, BackendConfig.defaults())) {
      GpuBuffer buffer = (GpuBuffer) backend.bind(backend.allocate(bytes), before, type);
      HostArray dense = HostArray.of(type, values);
      backend.upload(dense.bytes(), buffer);
      HostArray stored = HostArray.allocate(type);
      full.read(buffer.memory(), before, stored.bytes());
      long[] strides = ChannelsLast.strides(type.shape());
      for (int[] at : new int[][] {{0, 0, 0, 0}, {1, 2, 300, width - 1}, {1, 0, 3, 2}}) {
        long place = 0;
        long index = 0;
        for (int i = 0; i < 4; i++) {
          place += strides[i] * at[i];
          index += type.shape().strides()[i] * at[i];
        }
        assertEquals(values[(int) index], stored.get((int) place), Arrays.toString(at));
      }
      HostArray back = HostArray.allocate(type);
      backend.download(buffer, back.bytes());
      assertEquals(dense.bytes(), back.bytes());
      assertEquals(0, full.openFunctions);
    }
  }
}
