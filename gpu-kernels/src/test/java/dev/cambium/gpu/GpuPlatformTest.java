package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.BackendConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GpuPlatformTest {
  private final HeapContext device = new HeapContext(1 << 20);

  private GpuPlatform platform(Map<String, String> settings) {
    return new GpuPlatform(device, new BackendConfig("", settings));
  }

  @Test
  void theKernelsAreThoseOfTheDeviceUnlessTheSettingSaysOtherwise() {
    assertKernels(false, platform(Map.of()));
    assertKernels(false, platform(Map.of("fake.kernels", "tiled")));
    assertKernels(true, platform(Map.of("fake.kernels", "wide")));
  }

  private static void assertKernels(boolean wide, GpuPlatform platform) {
    assertEquals(wide, platform.isWide());
    assertEquals(wide, GpuLanes.of(platform).wide());
    Class<?> contractions = wide ? WideContractions.class : TiledContractions.class;
    assertEquals(contractions, GpuContractions.of(platform).getClass());
  }

  @Test
  void aSettingThatNamesNoKernelsIsQuotedBeforeAnythingIsAllocated() {
    for (String wrong : List.of("broad", "", "WIDE")) {
      BackendConfig config = new BackendConfig("", Map.of("fake.kernels", wrong));
      String message =
          assertThrows(IllegalArgumentException.class, () -> new GpuBackend(device, config))
              .getMessage();
      assertTrue(message.contains("fake.kernels"), message);
      assertTrue(message.contains("'" + wrong + "'"), message);
      assertTrue(message.contains("wide") && message.contains("tiled"), message);
    }
    assertEquals(List.of(), device.calls);
  }
}
