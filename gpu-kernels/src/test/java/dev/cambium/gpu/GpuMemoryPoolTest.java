package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Memory;
import dev.cambium.spi.OutOfMemoryException;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GpuMemoryPoolTest {
  private final HeapContext device = new HeapContext(1 << 16);

  private GpuBackend backend(Map<String, String> settings) {
    return new GpuBackend(device, new BackendConfig("", settings));
  }

  @Test
  void whatIsClosedServesTheNextRequestOfItsSize() {
    try (GpuBackend backend = backend(Map.of())) {
      backend.allocate(1000).close();
      backend.allocate(900).close();
      assertEquals(1, device.calls.stream().filter("allocate 1024"::equals).count());
      assertEquals(0, backend.memory().bytes());
      assertEquals(2, backend.memory().totalAllocations());
      assertEquals(1000, backend.memory().peakBytes());
    }
  }

  @Test
  void whatIsKeptIsRenewedSoThatNothingOfItsLastOwnerStays() {
    try (GpuBackend backend = backend(Map.of())) {
      backend.allocate(1000).close();
      assertEquals(List.of("allocate 1024", "renew 1024"), device.calls);
      try (Memory next = backend.allocate(1000)) {
        assertEquals(List.of("allocate 1024", "renew 1024"), device.calls);
        assertEquals(1000, next.bytes());
      }
    }
    assertEquals(0, device.used);
  }

  @Test
  void muchLargerMemoryThanAskedForIsLeftForOthers() {
    try (GpuBackend backend = backend(Map.of())) {
      backend.allocate(8192).close();
      backend.allocate(512).close();
      assertTrue(device.calls.contains("allocate 512"));
    }
  }

  @Test
  void whatIsKeptGoesBackWhenTheDeviceIsFull() {
    try (GpuBackend backend = backend(Map.of())) {
      backend.allocate(8 << 10).close();
      try (Memory all = backend.allocate(1 << 16)) {
        assertEquals(1 << 16, all.bytes());
        assertEquals(1 << 16, device.used);
      }
    }
  }

  @Test
  void whatIsTooMuchToBeKeptIsWaitedForWhenTheDeviceIsFull() {
    HeapContext late = new HeapContext(3 << 17);
    late.freesLate = true;
    try (GpuBackend backend = new GpuBackend(late, BackendConfig.defaults())) {
      // An eighth of the device's mebibyte is kept at most.
      backend.allocate(1 << 18).close();
      assertEquals(List.of("allocate 262144", "free 262144"), late.calls);
      try (Memory next = backend.allocate(1 << 18)) {
        assertEquals(1 << 18, next.bytes());
      }
    }
  }

  @Test
  void aDeviceThatIsFullSaysWhatWasAskedAndRecovers() {
    try (GpuBackend backend = backend(Map.of());
        Memory some = backend.allocate(1 << 15)) {
      OutOfMemoryException full =
          assertThrows(OutOfMemoryException.class, () -> backend.allocate(1 << 16));
      assertEquals(
          "fake:0 cannot allocate 65536 bytes: 32768 are in use (the fake device has 32768 bytes"
              + " left); use a smaller batch, or close models that are no longer needed",
          full.getMessage());
      assertEquals(some.bytes(), backend.memory().bytes());
      backend.allocate(1 << 15).close();
    }
  }

  @Test
  void theLimitOfTheSettingsHolds() {
    try (GpuBackend backend = backend(Map.of("fake.memoryLimit", "1000"));
        Memory some = backend.allocate(600)) {
      OutOfMemoryException full =
          assertThrows(OutOfMemoryException.class, () -> backend.allocate(401));
      assertTrue(full.getMessage().contains("of 1000 (fake.memoryLimit)"), full.getMessage());
      backend.allocate(400).close();
      assertEquals(some.bytes(), backend.memory().bytes());
    }
  }

  @Test
  void closingTheBackendFreesEverythingAndUseAfterItThrows() {
    GpuBackend backend = backend(Map.of());
    Memory open = backend.allocate(100);
    backend.allocate(5000).close();
    backend.close();
    backend.close();
    assertEquals(0, device.used);
    assertTrue(device.closed);
    open.close();
    assertThrows(IllegalStateException.class, () -> backend.allocate(1));
    TensorType one = TensorType.of(DType.FLOAT32, 1);
    assertThrows(IllegalStateException.class, () -> backend.bind(open, one));
  }

  @Test
  void memoryOfAnotherBackendIsRefused() {
    TensorType one = TensorType.of(DType.FLOAT32, 1);
    try (GpuBackend backend = backend(Map.of());
        GpuBackend other = new GpuBackend(new HeapContext(1 << 16), BackendConfig.defaults());
        Memory foreign = other.allocate(512)) {
      assertThrows(IllegalArgumentException.class, () -> backend.bind(foreign, one));
      assertFalse(device.closed);
    }
  }
}
