package dev.cambium.nd4j;

import dev.cambium.conformance.BackendConformance;
import dev.cambium.spi.BackendProvider;

/** The whole suite on ND4J. */
class Nd4jConformanceTest implements BackendConformance {
  @Override
  public BackendProvider provider() {
    return new Nd4jProvider();
  }
}
