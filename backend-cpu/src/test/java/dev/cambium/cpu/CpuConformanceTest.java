package dev.cambium.cpu;

import dev.cambium.conformance.BackendConformance;
import dev.cambium.spi.BackendProvider;

/** The suite that every backend has to pass. */
class CpuConformanceTest implements BackendConformance {
  @Override
  public BackendProvider provider() {
    return new CpuProvider();
  }
}
