package dev.cambium.spi;

import java.util.Map;
import java.util.Optional;

/**
 * What an application says about the device that it opens.
 *
 * @param device the device's id, or empty for the provider's first
 * @param properties settings by name without the prefix {@code cambium.}, for example {@code
 *     cpu.threads}. Every backend knows {@code NAME.memoryLimit}, with its provider's name: see
 *     {@link #memoryLimit}
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

  /**
   * The setting {@code BACKEND.memoryLimit}: the bytes that the backend gives out at most, all its
   * memory together, counted as {@link MemoryStatistics#bytes()} counts; beyond them {@link
   * Backend#allocate} throws {@link OutOfMemoryException}.
   *
   * @param backend the provider's name
   * @return the limit, {@link Long#MAX_VALUE} when none is set
   * @throws IllegalArgumentException when the setting is not a number of bytes
   */
  public long memoryLimit(String backend) {
    String name = backend + ".memoryLimit";
    Optional<String> value = property(name);
    if (value.isEmpty()) {
      return Long.MAX_VALUE;
    }
    String text = value.get().strip();
    long limit = -1;
    if (text.matches("[0-9]{1,18}")) {
      limit = Long.parseLong(text);
    }
    if (limit < 0) {
      throw new IllegalArgumentException(
          name + " must be a number of bytes, at least 0, got '" + value.get() + "'");
    }
    return limit;
  }
}
