package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.BackendConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GpuContractionsTest {
  private static GpuPlatform platform(Map<String, String> settings) {
    return new GpuPlatform(new HeapContext(1 << 20), new BackendConfig("", settings));
  }

  @Test
  void areTiledOnAGpuUnlessASettingSaysOtherwise() {
    assertInstanceOf(
        TiledContractions.class, GpuContractions.of(platform(Map.of("fake.tuning", "off"))));
    assertInstanceOf(
        WideContractions.class,
        GpuContractions.of(platform(Map.of("fake.kernels", "wide", "fake.tuning", "off"))));
  }

  @Test
  void quoteAFolderOfTuningThatIsNone() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> GpuContractions.of(platform(Map.of("fake.tuning", "a\0b"))))
            .getMessage();
    assertTrue(message.contains("fake.tuning must be a folder or off"), message);
  }
}
