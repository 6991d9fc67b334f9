package dev.cambium.spi.reference;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Device;
import dev.cambium.spi.Probe;
import java.util.List;

/**
 * The backend {@code reference}: heap memory in double precision, every operation by its host
 * function. Available everywhere, and slow; its device has speed 0, so that it is chosen only where
 * there is nothing else.
 *
 * <p>Values of FLOAT32 are kept in double and rounded when they are downloaded, so its results are
 * those of exact arithmetic up to double's own rounding; INT64 is exact up to 2^53. The setting
 * {@code reference.memoryLimit} is the number of bytes that it gives out at most.
 */
public final class ReferenceProvider implements BackendProvider {
  private static final String NAME = "reference";
  private static final String DEVICE = "0";

  /** Creates the provider. */
  public ReferenceProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Probe probe() {
    return Probe.available(
        List.of(new Device(DEVICE, "plain Java in double precision, for checking", 0)));
  }

  @Override
  public Backend open(BackendConfig config) {
    if (!config.device().isEmpty() && !config.device().equals(DEVICE)) {
      throw new BackendUnavailableException(
          "device of backend reference must be " + DEVICE + ", got " + config.device());
    }
    return new ReferenceBackend(NAME, config.memoryLimit(NAME));
  }
}
