package dev.cambium.spi;

import dev.cambium.spi.reference.ReferenceProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A provider that answers what a test tells it, and remembers what was opened. */
final class StubProvider implements BackendProvider {
  final List<BackendConfig> opened = new ArrayList<>();
  private final String name;
  private final Supplier<Probe> probe;
  private final Supplier<Backend> backend;

  StubProvider(String name, Supplier<Probe> probe, Supplier<Backend> backend) {
    this.name = name;
    this.probe = probe;
    this.backend = backend;
  }

  /** Available, with devices {@code 0}, {@code 1}, ... of these speeds. */
  static StubProvider available(String name, int... speeds) {
    return available(name, () -> new ReferenceProvider().open(BackendConfig.defaults()), speeds);
  }

  /**
   * Available, with devices {@code 0}, {@code 1}, ... of these speeds, opened by {@code backend}.
   */
  static StubProvider available(String name, Supplier<Backend> backend, int... speeds) {
    List<Device> devices =
        IntStream.range(0, speeds.length)
            .mapToObj(i -> new Device("" + i, name + " device " + i, speeds[i]))
            .toList();
    return new StubProvider(name, () -> Probe.available(devices), backend);
  }

  /** Not available. */
  static StubProvider unavailable(String name, String reason) {
    return new StubProvider(
        name,
        () -> Probe.unavailable(reason),
        () -> {
          throw new AssertionError("open() of an unavailable provider");
        });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Probe probe() {
    return probe.get();
  }

  @Override
  public Backend open(BackendConfig config) {
    opened.add(config);
    return backend.get();
  }
}
