package dev.cambium.opencl;

import dev.cambium.conformance.BackendConformance;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The suite's products and convolutions with the kernels for GPUs, which a processor would not
 * choose by itself.
 */
class OpenClTiledConformanceTest implements BackendConformance {
  private static final Set<String> PRODUCTS =
      Set.of(
          "MatMul",
          "Linear",
          "LinearBackwardData",
          "LinearBackwardWeights",
          "Convolution",
          "ConvolutionBackwardData",
          "ConvolutionBackwardWeights");

  @Override
  public BackendProvider provider() {
    TestDevice.require();
    return new OpenClProvider();
  }

  @Override
  public BackendConfig config() {
    return new BackendConfig("", Map.of("opencl.kernels", "tiled", "opencl.tuning", "off"));
  }

  @Override
  @TestFactory
  @Execution(ExecutionMode.SAME_THREAD)
  public Stream<DynamicContainer> conformance() throws IOException {
    return BackendConformance.super
        .conformance()
        .filter(group -> PRODUCTS.contains(group.getDisplayName()));
  }
}
