package dev.cambium.opencl;

import dev.cambium.conformance.BackendConformance;
import dev.cambium.spi.BackendProvider;

/** The suite that every backend has to pass. */
class OpenClConformanceTest implements BackendConformance {
  @Override
  public BackendProvider provider() {
    TestDevice.require();
    return new OpenClProvider();
  }
}
