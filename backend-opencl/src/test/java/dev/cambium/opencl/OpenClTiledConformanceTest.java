package dev.cambium.opencl;

import dev.cambium.conformance.BackendConformance;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import java.util.Map;

/** The whole suite with the kernels for GPUs, which a processor would not choose by itself. */
class OpenClTiledConformanceTest implements BackendConformance {
  @Override
  public BackendProvider provider() {
    TestDevice.require();
    return new OpenClProvider();
  }

  @Override
  public BackendConfig config() {
    return new BackendConfig("", Map.of("opencl.kernels", "tiled", "opencl.tuning", "off"));
  }
}
