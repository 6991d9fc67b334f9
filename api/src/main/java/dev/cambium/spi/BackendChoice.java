package dev.cambium.spi;

import java.util.Objects;

/**
 * A device that was chosen and is not open yet.
 *
 * @param provider opens it
 * @param device which of the provider's
 */
public record BackendChoice(BackendProvider provider, Device device) {
  /** Checks that neither is missing. */
  public BackendChoice {
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(device, "device");
  }

  /** {@code NAME:DEVICE}, by which people choose it. */
  public String name() {
    return provider.name() + ":" + device.id();
  }
}
