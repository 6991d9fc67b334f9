package dev.cambium.spi;

import java.util.Objects;

/**
 * What is known of one provider.
 *
 * @param name the name by which people choose it, or its class where it could not even be made
 * @param probe its devices, or why there are none
 * @param chosenDevice the id of the device that the current selection opens, or empty when it opens
 *     another provider's
 */
public record BackendStatus(String name, Probe probe, String chosenDevice) {
  /** Checks that nothing is missing. */
  public BackendStatus {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(probe, "probe");
    Objects.requireNonNull(chosenDevice, "chosenDevice");
  }

  /** Whether the current selection opens a device of this provider. */
  public boolean isChosen() {
    return !chosenDevice.isEmpty();
  }
}
