package dev.cambium.spi;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A provider as it was found: usable or broken, asked once, when somebody wants to know, and never
 * throwing. A provider that nobody asks touches no driver.
 */
final class FoundProvider {
  private final String name;
  private final Optional<BackendProvider> provider;
  private Probe probe;

  private FoundProvider(String name, Optional<BackendProvider> provider, Probe probe) {
    this.name = name;
    this.provider = provider;
    this.probe = probe;
  }

  /** Makes the provider of class {@code type}; whatever it throws becomes its reason. */
  static FoundProvider of(String type, Supplier<? extends BackendProvider> factory) {
    try {
      BackendProvider provider = factory.get();
      String name = Objects.requireNonNull(provider.name(), "name()");
      return new FoundProvider(name, Optional.of(provider), null);
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      return broken(type, e);
    }
  }

  /** A provider that could not be made. */
  static FoundProvider broken(String name, Throwable cause) {
    return new FoundProvider(name, Optional.empty(), isBroken(cause));
  }

  private static Probe isBroken(Throwable cause) {
    return Probe.unavailable("the provider is broken: " + reason(cause));
  }

  /** Its name, or its class where it has none. */
  String name() {
    return name;
  }

  /** The provider itself, or empty when it could not be made. */
  Optional<BackendProvider> provider() {
    return provider;
  }

  /** Its devices, or why there are none. */
  synchronized Probe probe() {
    if (probe == null) {
      probe = ask(provider.orElseThrow());
    }
    return probe;
  }

  private static Probe ask(BackendProvider provider) {
    try {
      return Objects.requireNonNull(provider.probe(), "probe()");
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      return isBroken(e);
    }
  }

  /** The error and what caused it, in one line. */
  static String reason(Throwable error) {
    Throwable cause = error.getCause();
    String own = error.getClass().getSimpleName() + ": " + error.getMessage();
    return cause == null || cause == error ? own : own + " (" + reason(cause) + ")";
  }

  /** The name, and the devices or the reason why there are none. */
  String describe() {
    return probe().isAvailable()
        ? name
            + " (available: "
            + probe().devices().stream()
                .map(device -> device.id() + " = " + device.description())
                .collect(Collectors.joining(", "))
            + ")"
        : name + " (not available: " + probe().reason() + ")";
  }
}
