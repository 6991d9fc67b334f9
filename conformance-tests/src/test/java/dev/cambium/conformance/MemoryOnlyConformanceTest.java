package dev.cambium.conformance;

import dev.cambium.conformance.fixture.MemoryOnlyBackend;
import dev.cambium.conformance.fixture.OpenedBy;
import dev.cambium.spi.BackendProvider;

/** A backend that has no kernel at all conforms: every operation runs on the host. */
class MemoryOnlyConformanceTest implements BackendConformance {
  @Override
  public BackendProvider provider() {
    return new OpenedBy(MemoryOnlyBackend::new);
  }
}
