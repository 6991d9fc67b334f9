package dev.cambium.spi;

/**
 * Makes a backend known by {@link java.util.ServiceLoader}. Its constructor touches no native code.
 */
public interface BackendProvider {
  /** The name by which people choose it: lower case, for example {@code cpu}. */
  String name();

  /** What is there, or why nothing is; never throws. */
  Probe probe();

  /**
   * Opens a device. Every backend knows the setting {@code NAME.memoryLimit}, the bytes that it
   * gives out at most ({@link BackendConfig#memoryLimit}); further settings are its own, their
   * names begin with its name and a dot.
   *
   * @throws BackendUnavailableException when it cannot be opened
   * @throws IllegalArgumentException when the configuration is wrong
   */
  Backend open(BackendConfig config);
}
