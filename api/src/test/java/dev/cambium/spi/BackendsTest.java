package dev.cambium.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.reference.ReferenceProvider;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackendsTest {
  private static final String SERVICES = "META-INF/services/" + BackendProvider.class.getName();

  @Test
  void opensTheDeviceThatIsAskedFor() {
    StubProvider gpu = StubProvider.available("gpu", 100, 50);
    StubProvider cpu = StubProvider.available("cpu", 10);
    Backends.of(List.of(gpu, cpu)).open("gpu:1", Map.of("gpu.x", "3")).close();
    assertEquals(List.of(new BackendConfig("1", Map.of("gpu.x", "3"))), gpu.opened);
    assertEquals(List.of(), cpu.opened);
  }

  @Test
  void opensTheFirstDeviceThatAPartOfItsDescriptionNames() {
    Map<String, BackendConfig> opened = new HashMap<>();
    BackendProvider provider =
        new BackendProvider() {
          @Override
          public String name() {
            return "opencl";
          }

          @Override
          public Probe probe() {
            return Probe.available(
                List.of(
                    new Device("0", "EPYC, Portable Computing Language, 16 units", 5),
                    new Device("1", "NVIDIA A, 132 units", 199),
                    new Device("2", "NVIDIA B, 16 units", 116)));
          }

          @Override
          public Backend open(BackendConfig config) {
            opened.put(config.device(), config);
            return new ReferenceProvider().open(BackendConfig.defaults());
          }
        };
    Backends backends = Backends.of(List.of(provider));
    assertEquals("opencl:1", backends.choose("opencl:nvidia").name());
    assertEquals("opencl:2", backends.choose("opencl:2").name());
    assertEquals("opencl:0", backends.choose("OpenCL:Portable").name());
    backends.open("opencl:NVIDIA B", Map.of()).close();
    assertEquals(Set.of("2"), opened.keySet());
    // 16 stands in two descriptions, but a number is an id and nothing else.
    assertThrows(BackendUnavailableException.class, () -> backends.choose("opencl:16"));
    assertThrows(BackendUnavailableException.class, () -> backends.choose("opencl:AMD"));
  }

  @Test
  void opensTheFirstDeviceOfANamedBackend() {
    StubProvider gpu = StubProvider.available("gpu", 50, 100);
    Backends.of(List.of(gpu)).open("GPU", Map.of()).close();
    assertEquals("0", gpu.opened.get(0).device());
  }

  @Test
  void opensTheFastestDeviceWhenNothingIsAskedFor() {
    StubProvider cpu = StubProvider.available("cpu", 10);
    StubProvider gpu = StubProvider.available("gpu", 5, 100);
    Backends backends = Backends.of(List.of(cpu, gpu, new ReferenceProvider()));
    backends.open("", Map.of()).close();
    assertEquals("1", gpu.opened.get(0).device());
    assertEquals(List.of(), cpu.opened);
  }

  @Test
  void tellsWhatASelectionMeansWithoutOpeningIt() {
    StubProvider gpu = StubProvider.available("gpu", 100, 50);
    StubProvider cpu = StubProvider.available("cpu", 70);
    Backends backends = Backends.of(List.of(gpu, cpu));
    assertEquals("gpu:0", backends.choose("").name());
    assertEquals("gpu:1", backends.choose("GPU:1").name());
    assertSame(cpu, backends.choose("cpu").provider());
    assertEquals(List.of(), gpu.opened);
    BackendUnavailableException unknown =
        assertThrows(BackendUnavailableException.class, () -> backends.choose("gpu:2"));
    assertTrue(unknown.getMessage().startsWith("backend 'gpu' has no device '2'; found: gpu ("));
    BackendUnavailableException nothing =
        assertThrows(BackendUnavailableException.class, () -> Backends.of(List.of()).choose(""));
    assertTrue(nothing.getMessage().startsWith("no backend is available; no provider was found"));
  }

  @Test
  void aNamedBackendIsOpenedWithoutAskingTheOthersAndEachIsAskedOnce() {
    List<String> asked = new ArrayList<>();
    StubProvider gpu =
        new StubProvider(
            "gpu",
            () -> {
              asked.add("gpu");
              return Probe.unavailable("a slow driver");
            },
            () -> {
              throw new AssertionError("open() of an unavailable provider");
            });
    Backends backends = Backends.of(List.of(gpu, StubProvider.available("cpu", 10)));
    backends.open("cpu", Map.of()).close();
    assertEquals("cpu:0", backends.choose("cpu:0").name());
    assertEquals(List.of(), asked);
    backends.list("");
    backends.list("cpu");
    assertEquals(List.of("gpu"), asked);
  }

  @Test
  void marksTheChosenOneInTheList() {
    Backends backends =
        Backends.of(
            List.of(
                StubProvider.available("cpu", 10),
                StubProvider.unavailable("cuda", "no driver"),
                new ReferenceProvider()));
    assertEquals(
        List.of("cpu:0", "cuda:", "reference:"),
        backends.list("").stream().map(s -> s.name() + ":" + s.chosenDevice()).toList());
    assertTrue(backends.list("reference").get(2).isChosen());
    assertFalse(backends.list("cuda").stream().anyMatch(BackendStatus::isChosen));
    assertEquals("no driver", backends.list("").get(1).probe().reason());
  }

  @Test
  void anUnknownNameListsEveryProviderWithItsState() {
    Backends backends =
        Backends.of(
            List.of(
                StubProvider.available("cpu", 10), StubProvider.unavailable("cuda", "no driver")));
    String message = unavailable(backends, "tpu");
    assertTrue(message.contains("backend 'tpu' is not known"), message);
    assertTrue(message.contains("cpu (available: 0 = cpu device 0)"), message);
    assertTrue(message.contains("cuda (not available: no driver)"), message);
    assertTrue(message.contains("-Dcambium.backend=NAME[:DEVICE]"), message);
  }

  @Test
  void anUnavailableBackendIsRefusedWithItsReason() {
    Backends backends =
        Backends.of(
            List.of(
                StubProvider.available("cpu", 10), StubProvider.unavailable("cuda", "no driver")));
    String message = unavailable(backends, "cuda:0");
    assertTrue(message.contains("backend 'cuda' is not available: no driver"), message);
    assertTrue(message.contains("cpu (available"), message);
  }

  @Test
  void anUnknownDeviceIsRefusedWithTheDevicesThatAreThere() {
    String message = unavailable(Backends.of(List.of(StubProvider.available("gpu", 100))), "gpu:7");
    assertTrue(message.contains("backend 'gpu' has no device '7'"), message);
    assertTrue(message.contains("0 = gpu device 0"), message);
  }

  @Test
  void withoutAnyProviderTheMessageSaysWhatToDo() {
    String message = unavailable(Backends.of(List.of()), "");
    assertTrue(message.contains("put a backend's jar on the class path"), message);
  }

  @Test
  void withoutABackendJarTheReferenceRunsAndSaysSo() {
    Backends backends =
        Backends.of(
            List.of(new ReferenceProvider(), StubProvider.unavailable("cuda", "no driver")));
    List<Backend> opened = new ArrayList<>();
    String warning = CapturedErrors.during(() -> opened.add(backends.open("", Map.of())));
    assertEquals("reference", opened.get(0).name());
    assertTrue(warning.contains("WARN"), warning);
    assertTrue(warning.contains("running on backend reference"), warning);
    assertTrue(warning.contains("cuda (not available: no driver)"), warning);
    opened.get(0).close();
  }

  @Test
  void theReferenceRunsWithoutAWarningWhenItIsAskedFor() {
    Backends backends = Backends.of(List.of(new ReferenceProvider()));
    assertEquals("", CapturedErrors.during(() -> backends.open("reference", Map.of()).close()));
  }

  @Test
  void aProviderThatThrowsHidesNoOther() {
    StubProvider linkError =
        new StubProvider(
            "native",
            () -> {
              throw new UnsatisfiedLinkError("libgpu.so.1: cannot open");
            },
            () -> null);
    StubProvider nothing = new StubProvider("nothing", () -> null, () -> null);
    StubProvider nameless = new StubProvider(null, () -> null, () -> null);
    StubProvider cpu = StubProvider.available("cpu", 10);
    Backends backends = Backends.of(List.of(linkError, nothing, nameless, cpu));
    backends.open("", Map.of()).close();
    assertEquals(1, cpu.opened.size());
    assertEquals(4, backends.list("").size());
    String message = unavailable(backends, "native");
    assertTrue(message.contains("UnsatisfiedLinkError: libgpu.so.1: cannot open"), message);
  }

  @Test
  void aDeviceThatFailsToOpenIsPassedOverUnlessItWasAskedFor() {
    StubProvider gpu =
        StubProvider.available(
            "gpu",
            () -> {
              throw new UnsatisfiedLinkError("driver too old");
            },
            100);
    StubProvider cpu = StubProvider.available("cpu", 10);
    Backends backends = Backends.of(List.of(gpu, cpu));
    String warning = CapturedErrors.during(() -> backends.open("", Map.of()).close());
    assertEquals(1, cpu.opened.size());
    assertTrue(warning.contains("driver too old"), warning);
    assertTrue(unavailable(backends, "gpu").contains("driver too old"));
  }

  @Test
  void aWrongSettingIsNotPassedOver() {
    Backends backends =
        Backends.of(List.of(StubProvider.available("cpu", 10), new ReferenceProvider()));
    Map<String, String> wrong = Map.of("reference.memoryLimit", "much");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> backends.open("reference", wrong));
    assertTrue(e.getMessage().contains("reference.memoryLimit"), e.getMessage());
    assertTrue(e.getMessage().contains("'much'"), e.getMessage());
  }

  @Test
  void findsTheReferenceByServiceLoader() {
    assertTrue(
        Backends.discover().list("").stream()
            .anyMatch(s -> s.name().equals("reference") && s.probe().isAvailable()));
  }

  @Test
  void brokenServiceEntriesHideNoOther(@TempDir Path folder) throws IOException {
    Path entries = folder.resolve("providers");
    Files.writeString(entries, "no.such.Provider\n" + ThrowingProvider.class.getName() + "\n");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(withServices(entries.toUri().toURL(), before));
    try {
      List<BackendStatus> found = Backends.discover().list("reference");
      assertTrue(found.stream().anyMatch(s -> s.name().equals("reference") && s.isChosen()));
      assertTrue(
          found.stream().anyMatch(s -> s.probe().reason().contains("no.such.Provider")),
          found::toString);
      BackendStatus throwing =
          found.stream()
              .filter(s -> s.name().equals(ThrowingProvider.class.getName()))
              .findFirst()
              .orElseThrow();
      assertTrue(
          throwing.probe().reason().contains("no accelerator in java.library.path"),
          throwing::toString);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  @Test
  void theSystemPropertyChooses() {
    String before = System.getProperty(Backends.PROPERTY);
    System.setProperty(Backends.PROPERTY, "cpu:3");
    try {
      assertEquals("cpu:3", Backends.selection());
    } finally {
      if (before == null) {
        System.clearProperty(Backends.PROPERTY);
      } else {
        System.setProperty(Backends.PROPERTY, before);
      }
    }
  }

  private static String unavailable(Backends backends, String selection) {
    return assertThrows(BackendUnavailableException.class, () -> backends.open(selection, Map.of()))
        .getMessage();
  }

  /** A class loader that sees one more list of providers, before all others. */
  private static ClassLoader withServices(URL entries, ClassLoader parent) {
    return new ClassLoader(parent) {
      @Override
      public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> urls = Collections.list(super.getResources(name));
        if (name.equals(SERVICES)) {
          urls.add(0, entries);
        }
        return Collections.enumeration(urls);
      }
    };
  }
}
