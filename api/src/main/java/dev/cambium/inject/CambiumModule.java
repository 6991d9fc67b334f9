package dev.cambium.inject;

import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import com.google.inject.Scopes;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Backends;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Binds what a program that trains needs from outside: the {@link Backends} on the class path, and
 * the {@link Backend} that was chosen among them, one for all. Classes that get it injected know
 * neither how it was chosen nor which one it is.
 *
 * <pre>{@code
 * try (CambiumModule cambium = CambiumModule.create()) {
 *   Guice.createInjector(cambium).getInstance(MyProgram.class).run();
 * }
 * }</pre>
 *
 * <p>The backend is opened when it is first asked for; an error of that is the cause of Guice's
 * {@link com.google.inject.ProvisionException}. The module owns it: closing the module closes the
 * backend. For one injector.
 */
public final class CambiumModule extends AbstractModule implements AutoCloseable {
  private final Backends backends;
  private final String selection;
  private final Map<String, String> properties;
  private final UnaryOperator<Backend> decorator;
  private Backend backend;
  private boolean closed;

  private CambiumModule(
      Backends backends,
      String selection,
      Map<String, String> properties,
      UnaryOperator<Backend> decorator) {
    this.backends = Objects.requireNonNull(backends, "backends");
    this.selection = Objects.requireNonNull(selection, "selection");
    this.properties = Map.copyOf(properties);
    this.decorator = Objects.requireNonNull(decorator, "decorator");
  }

  /** The backend that {@link Backends#selection} names, among those on the class path. */
  public static CambiumModule create() {
    return new CambiumModule(
        Backends.discover(), Backends.selection(), Map.of(), UnaryOperator.identity());
  }

  /** This module with other providers to choose from. */
  public CambiumModule backends(Backends others) {
    return new CambiumModule(others, selection, properties, decorator);
  }

  /** This module with another choice, {@code NAME[:DEVICE]}; empty for the best device. */
  public CambiumModule selection(String nameAndDevice) {
    return new CambiumModule(backends, nameAndDevice, properties, decorator);
  }

  /** This module with settings of the backend, see {@link dev.cambium.spi.BackendConfig}. */
  public CambiumModule properties(Map<String, String> settings) {
    return new CambiumModule(backends, selection, settings, decorator);
  }

  /** This module with something around the backend, such as a {@code TracingBackend}. */
  public CambiumModule decorated(UnaryOperator<Backend> around) {
    return new CambiumModule(backends, selection, properties, around);
  }

  @Override
  protected void configure() {
    bind(Backends.class).toInstance(backends);
    bind(Backend.class).toProvider((Provider<Backend>) this::open).in(Scopes.SINGLETON);
  }

  private synchronized Backend open() {
    if (closed) {
      throw new IllegalStateException(
          "this CambiumModule is closed; make another module and injector");
    }
    backend = decorator.apply(backends.open(selection, properties));
    return backend;
  }

  /** Closes the backend, if one was opened. */
  @Override
  public synchronized void close() {
    closed = true;
    if (backend != null) {
      backend.close();
      backend = null;
    }
  }
}
