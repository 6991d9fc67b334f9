package dev.cambium.conformance;

import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.reference.ReferenceProvider;

/** The backend that the others are measured against passes its own suite. */
class ReferenceConformanceTest implements BackendConformance {
  @Override
  public BackendProvider provider() {
    return new ReferenceProvider();
  }
}
