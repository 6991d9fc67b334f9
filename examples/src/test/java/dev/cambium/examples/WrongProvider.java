package dev.cambium.examples;

import dev.cambium.op.Linear;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.Device;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Probe;
import dev.cambium.spi.reference.ReferenceProvider;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The reference backend, whose Linear is wrong where the setting {@link #SETTING} asks for it. */
public final class WrongProvider implements BackendProvider {
  static final String SETTING = "cambium.wrong.kernel";

  /** Has blanks and a quote, which a shell must be given with care. */
  static final String LINEAR = "Linear, as it isn't";

  public WrongProvider() {}

  /** Makes the folder a place on the class path where the provider is found. */
  static void register(Path folder) throws IOException {
    Path services = folder.resolve("META-INF/services");
    Files.createDirectories(services);
    Files.writeString(
        services.resolve(BackendProvider.class.getName()), WrongProvider.class.getName());
  }

  /** The class loader of the tests with the folder. */
  static URLClassLoader loader(Path folder) throws IOException {
    return new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, WrongProvider.class.getClassLoader());
  }

  @Override
  public String name() {
    return "wrong";
  }

  @Override
  public Probe probe() {
    return Probe.available(List.of(new Device("0", "wrong on purpose", -1)));
  }

  @Override
  public Backend open(BackendConfig config) {
    Backend right = new ReferenceProvider().open(config);
    boolean wrong = config.property("wrong.kernel").filter(LINEAR::equals).isPresent();
    return (Backend)
        Proxy.newProxyInstance(
            WrongProvider.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(right, arguments);
                boolean spoilt =
                    wrong && result instanceof Kernel && arguments[0] instanceof Linear;
                return spoilt ? spoilt(right, (Kernel) result) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Kernel spoilt(Backend backend, Kernel kernel) {
    return (inputs, outputs, scratch) -> {
      kernel.run(inputs, outputs, scratch);
      backend.fill(outputs[0], 12345);
    };
  }
}
