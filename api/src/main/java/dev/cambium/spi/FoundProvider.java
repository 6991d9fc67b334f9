package dev.cambium.spi;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A provider as it was found: usable or broken, asked only once, and never throwing.
 *
 * @param name its name, or its class where it has none
 * @param provider the provider itself, or empty when it is broken
 * @param probe its devices, or why there are none
 */
record FoundProvider(String name, Optional<BackendProvider> provider, Probe probe) {
  /** Makes and asks the provider of class {@code type}; whatever it throws becomes its reason. */
  static FoundProvider of(String type, Supplier<? extends BackendProvider> factory) {
    String name = type;
    try {
      BackendProvider provider = factory.get();
      name = Objects.requireNonNull(provider.name(), "name()");
      Probe probe = Objects.requireNonNull(provider.probe(), "probe()");
      return new FoundProvider(name, Optional.of(provider), probe);
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      return broken(name, e);
    }
  }

  /** A provider that could not be made. */
  static FoundProvider broken(String name, Throwable cause) {
    return new FoundProvider(
        name, Optional.empty(), Probe.unavailable("the provider is broken: " + reason(cause)));
  }

  /** The error and what caused it, in one line. */
  static String reason(Throwable error) {
    Throwable cause = error.getCause();
    String own = error.getClass().getSimpleName() + ": " + error.getMessage();
    return cause == null || cause == error ? own : own + " (" + reason(cause) + ")";
  }

  /** The name, and the devices or the reason why there are none. */
  String describe() {
    return probe.isAvailable()
        ? name
            + " (available: "
            + probe.devices().stream()
                .map(device -> device.id() + " = " + device.description())
                .collect(Collectors.joining(", "))
            + ")"
        : name + " (not available: " + probe.reason() + ")";
  }
}
