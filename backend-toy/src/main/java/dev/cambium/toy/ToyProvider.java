package dev.cambium.toy;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Device;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Probe;
import java.util.List;

/** The backend {@code toy}: memory alone. Every operation is lowered or runs on the host. */
public final class ToyProvider implements BackendProvider {
  private static final Device DEVICE = new Device("0", "native memory without kernels", -1);

  /** Creates the provider. */
  public ToyProvider() {}

  @Override
  public String name() {
    return "toy";
  }

  @Override
  public Probe probe() {
    return Probe.available(List.of(DEVICE));
  }

  @Override
  public Backend open(BackendConfig config) {
    if (!config.device().isEmpty() && !config.device().equals(DEVICE.id())) {
      throw new BackendUnavailableException("device must be 0, got " + config.device());
    }
    return new ToyBackend(name(), config.memoryLimit(name()), new KernelTable());
  }
}
