package dev.cambium.conformance;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import java.util.Objects;

/**
 * What the suite examines.
 *
 * @param provider makes the backend
 * @param config how it is opened
 */
public record BackendUnderTest(BackendProvider provider, BackendConfig config) {
  /** Checks that neither is null. */
  public BackendUnderTest {
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(config, "config");
  }

  /** Opens the device anew. */
  public Backend open() {
    return provider.open(config);
  }
}
