package dev.cambium.conformance;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.Device;
import dev.cambium.spi.Probe;
import java.util.List;
import java.util.function.Supplier;

/** A provider of backends that are made for tests. */
record OpenedBy(Supplier<Backend> backends) implements BackendProvider {
  @Override
  public String name() {
    return "test";
  }

  @Override
  public Probe probe() {
    return Probe.available(List.of(new Device("0", "made for tests", 0)));
  }

  @Override
  public Backend open(BackendConfig config) {
    return backends.get();
  }

  /** What the suite examines. */
  static BackendUnderTest underTest(Supplier<Backend> backends) {
    return new BackendUnderTest(new OpenedBy(backends), BackendConfig.defaults());
  }
}
