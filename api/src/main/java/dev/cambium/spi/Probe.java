package dev.cambium.spi;

import java.util.List;

/**
 * Whether a provider can run on this machine.
 *
 * @param devices what it can open; empty when it is not available
 * @param reason why it is not available, in words that a person can act on; empty when it is
 */
public record Probe(List<Device> devices, String reason) {
  /** Copies the list. */
  public Probe {
    devices = List.copyOf(devices);
  }

  /** The provider can open these devices. */
  public static Probe available(List<Device> devices) {
    return new Probe(devices, "");
  }

  /** The provider cannot run here. */
  public static Probe unavailable(String reason) {
    return new Probe(List.of(), reason);
  }

  /** Whether there is a device. */
  public boolean isAvailable() {
    return !devices.isEmpty();
  }
}
