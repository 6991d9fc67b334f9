package dev.cambium.toy;

import dev.cambium.conformance.BackendConformance;
import dev.cambium.spi.BackendProvider;

class ToyConformanceTest implements BackendConformance {
  @Override
  public BackendProvider provider() {
    return new ToyProvider();
  }
}
