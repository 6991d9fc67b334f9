package dev.cambium.spi;

import java.util.Map;
import java.util.Optional;

/**
 * What an application says about the device that it opens.
 *
 * @param device the device's id, or empty for the provider's first
 * @param properties settings by name without the prefix {@code cambium.}, for example {@code
 *     cpu.threads}
 */
public record BackendConfig(String device, Map<String, String> properties) {
  /** Copies the map. */
  public BackendConfig {
    properties = Map.copyOf(properties);
  }

  /** The first device with no settings. */
  public static BackendConfig defaults() {
    return new BackendConfig("", Map.of());
  }

  /**
   * The setting's value: from the properties, else from the system property {@code cambium.NAME}.
   */
  public Optional<String> property(String name) {
    String value = properties.get(name);
    return Optional.ofNullable(value != null ? value : System.getProperty("cambium." + name));
  }
}
