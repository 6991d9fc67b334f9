package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Device;
import dev.cambium.spi.Probe;

/** A program on the emulator: says which devices there are, or why there are none. */
final class ProbesEmulator {
  private ProbesEmulator() {}

  /** Runs it. */
  public static void main(String[] none) {
    CudaProvider provider = new CudaProvider();
    Probe probe = provider.probe();
    for (Device device : probe.devices()) {
      System.out.println(device.id() + ": " + device.description());
    }
    if (!probe.isAvailable()) {
      System.out.println(probe.reason());
      BackendUnavailableException closed =
          assertThrows(
              BackendUnavailableException.class, () -> provider.open(BackendConfig.defaults()));
      assertEquals(probe.reason(), closed.getMessage());
    }
  }
}
