package dev.cambium.toy;

import dev.cambium.conformance.BackendConformance;
import dev.cambium.spi.BackendProvider;

class ToyKernelsConformanceTest implements BackendConformance {
  @Override
  public BackendProvider provider() {
    return new ToyKernelsProvider();
  }
}
