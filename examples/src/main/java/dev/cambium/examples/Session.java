package dev.cambium.examples;

import com.google.inject.AbstractModule;
import com.google.inject.ConfigurationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.cambium.inject.CambiumModule;
import dev.cambium.spi.Backend;
import dev.cambium.spi.KernelTrace;
import dev.cambium.spi.TracingBackend;
import java.util.Map;
import java.util.TreeMap;

/**
 * The composition root of a command: an injector with the chosen backend and the console. Closing
 * it closes the backend, and prints how long the kernels took where they were traced.
 */
final class Session implements AutoCloseable {
  /** The system property that turns tracing on: {@code kernels}. */
  static final String TRACE = "cambium.trace";

  private static final String PREFIX = "cambium.";

  private final Console console;
  private final CambiumModule cambium;
  private final Injector injector;
  private TracingBackend traced;

  /**
   * A session.
   *
   * @param selection the backend, {@code NAME[:DEVICE]}, or empty for the best
   * @param properties settings of the backend
   * @param trace whether to trace kernels
   */
  Session(Console console, String selection, Map<String, String> properties, boolean trace) {
    this.console = console;
    CambiumModule module = CambiumModule.create().selection(selection).properties(properties);
    this.cambium = trace ? module.decorated(this::traced) : module;
    this.injector =
        Guice.createInjector(
            cambium,
            new AbstractModule() {
              @Override
              protected void configure() {
                bind(Console.class).toInstance(console);
              }
            });
  }

  private Backend traced(Backend backend) {
    traced = new TracingBackend(backend);
    return traced;
  }

  /** What was measured so far, of a session that traces and has opened its backend. */
  KernelTrace trace() {
    return traced.trace();
  }

  /** What was measured, which is then not printed on closing. */
  KernelTrace takeTrace() {
    KernelTrace taken = trace();
    traced = null;
    return taken;
  }

  /** Whether the system property asks for tracing. */
  static boolean isTraceRequested() {
    String wanted = System.getProperty(TRACE, "");
    if (!wanted.isEmpty() && !wanted.equals("kernels")) {
      throw new IllegalArgumentException(
          "system property " + TRACE + " must be kernels, got '" + wanted + "'");
    }
    return !wanted.isEmpty();
  }

  /** The settings of backends among the system properties: {@code cpu.threads} and the like. */
  static Map<String, String> backendProperties() {
    Map<String, String> properties = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith(PREFIX) && name.indexOf('.', PREFIX.length()) >= 0) {
        properties.put(name.substring(PREFIX.length()), System.getProperty(name));
      }
    }
    return properties;
  }

  /**
   * An object of the class with everything that it needs.
   *
   * @throws ConfigurationException when the class cannot be injected
   */
  <T> T get(Class<T> type) {
    return injector.getInstance(type);
  }

  @Override
  public void close() {
    cambium.close();
    if (traced != null) {
      console.remark(traced.trace().report().stripTrailing());
    }
  }
}
