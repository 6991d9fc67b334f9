package dev.cambium.toy;

import dev.cambium.op.Linear;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Device;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Probe;
import java.util.List;

/** The backend {@code toy-kernels}: the memory of {@code toy}, and one kernel. */
public final class ToyKernelsProvider implements BackendProvider {
  private static final Device DEVICE = new Device("0", "native memory and one kernel", -1);

  /** Creates the provider. */
  public ToyKernelsProvider() {}

  @Override
  public String name() {
    return "toy-kernels";
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
    KernelTable kernels = new KernelTable().put(Linear.class, ToyLinear::prepare);
    return new ToyBackend(name(), config.memoryLimit(name()), kernels);
  }
}
