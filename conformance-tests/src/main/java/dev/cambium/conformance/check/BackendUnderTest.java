package dev.cambium.conformance.check;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.CheckingBackend;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the suite examines. Cases that need a device of their own {@link #open} one; the many small
 * ones take turns on a {@link #shared} one, as opening a device may take a second. For one case at
 * a time.
 */
public final class BackendUnderTest implements AutoCloseable {
  private final BackendProvider provider;
  private final BackendConfig config;
  private final Notes notes = new Notes();
  private Backend unchecked;
  private Backend shared;

  /**
   * Opens nothing yet.
   *
   * @param provider makes the backend
   * @param config how it is opened
   */
  public BackendUnderTest(BackendProvider provider, BackendConfig config) {
    this.provider = Objects.requireNonNull(provider, "provider");
    this.config = Objects.requireNonNull(config, "config");
  }

  /** The name by which people choose the backend. */
  public String name() {
    return provider.name();
  }

  /** Opens the device anew; the caller closes it. */
  public Backend open() {
    return provider.open(config);
  }

  /** Opens the device anew with a setting more, for example {@code cpu.memoryLimit}. */
  public Backend open(String setting, String value) {
    Map<String, String> properties = new HashMap<>(config.properties());
    properties.put(setting, value);
    return provider.open(new BackendConfig(config.device(), properties));
  }

  /**
   * The device that the small cases share, under strict checks: every output and all working memory
   * hold NaN before a kernel runs, and nothing outside of them may be written. Nobody but this
   * object closes it.
   */
  public Backend shared() {
    if (shared == null) {
      unchecked = open();
      shared = new CheckingBackend(unchecked, true);
    }
    return shared;
  }

  /** The device of {@link #shared} without the checks, to see what it does with a wrong call. */
  public Backend unchecked() {
    shared();
    return unchecked;
  }

  /**
   * The device of {@link #shared} with its calls checked, not what they do to memory: launches run
   * as the backend's own sequences. It is not closed.
   */
  public Backend unstrict() {
    return new CheckingBackend(unchecked(), false);
  }

  /** Closes the shared device, whose state is unknown after a failure; the next case opens anew. */
  public void discardShared() {
    Backend old = shared;
    shared = null;
    unchecked = null;
    if (old != null) {
      old.close();
    }
  }

  /** What the running case has found out beside pass or fail. */
  public Notes notes() {
    return notes;
  }

  /** Closes the shared device. */
  @Override
  public void close() {
    discardShared();
  }
}
