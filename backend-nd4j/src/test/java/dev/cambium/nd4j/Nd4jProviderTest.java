package dev.cambium.nd4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.BackendStatus;
import dev.cambium.spi.Backends;
import dev.cambium.spi.Device;
import dev.cambium.spi.Probe;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What is said of ND4J where it is there, and where a part of it is not. */
class Nd4jProviderTest {
  /** The probe in a class path of its own, without the entries that {@code left} names. */
  private static Probe probeWithout(Predicate<String> left) throws IOException {
    URL[] entries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(left.negate())
            .map(Nd4jProviderTest::url)
            .toArray(URL[]::new);
    ClassLoader parent =
        new ClassLoader(ClassLoader.getPlatformClassLoader()) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            boolean shared = name.startsWith("dev.cambium.spi.") || name.startsWith("org.slf4j.");
            if (shared) {
              return Nd4jProviderTest.class.getClassLoader().loadClass(name);
            }
            throw new ClassNotFoundException(name);
          }
        };
    try (URLClassLoader loader = new URLClassLoader(entries, parent)) {
      return ServiceLoader.load(BackendProvider.class, loader).stream()
          .map(ServiceLoader.Provider::get)
          .filter(provider -> provider.name().equals("nd4j"))
          .findFirst()
          .orElseThrow()
          .probe();
    }
  }

  private static URL url(String entry) {
    try {
      return new File(entry).toURI().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(entry, e);
    }
  }

  @Test
  void thereIsOneDeviceAndItIsNeverChosenBeforeTheProcessors() {
    Probe probe = new Nd4jProvider().probe();
    assertEquals(1, probe.devices().size(), probe.reason());
    Device device = probe.devices().get(0);
    assertEquals("0", device.id());
    assertTrue(device.description().contains("ND4J 1.0.0"), device.description());
    List<String> chosen =
        Backends.discover().list("").stream()
            .filter(BackendStatus::isChosen)
            .map(BackendStatus::name)
            .toList();
    assertEquals(List.of("cpu"), chosen);
  }

  @Test
  void withoutABackendOfNd4jsItIsSaidWhatToAdd() throws IOException {
    Probe probe = probeWithout(entry -> entry.contains("nd4j-native"));
    assertEquals(List.of(), probe.devices());
    assertTrue(probe.reason().contains("without a backend of ND4J's"), probe.reason());
    assertTrue(probe.reason().contains("org.nd4j:nd4j-native"), probe.reason());
  }

  @Test
  void withoutNd4jAtAllItIsSaidWhatToAdd() throws IOException {
    Probe probe = probeWithout(entry -> entry.contains("org" + File.separator + "nd4j"));
    assertEquals(List.of(), probe.devices());
    assertTrue(probe.reason().startsWith("ND4J does not load ("), probe.reason());
    assertTrue(probe.reason().contains("put org.nd4j:nd4j-api"), probe.reason());
  }

  @Test
  void wrongSettingsAreRefused() {
    Nd4jProvider provider = new Nd4jProvider();
    assertThrows(
        IllegalArgumentException.class, () -> provider.open(new BackendConfig("1", Map.of())));
    assertThrows(
        IllegalArgumentException.class,
        () -> provider.open(new BackendConfig("", Map.of("nd4j.memoryLimit", "lots"))));
  }
}
