package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.BackendProvider;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of backends that are there, broken, or not there at all. */
class BackendsCommandTest {
  private static final String SERVICES = "META-INF/services/" + BackendProvider.class.getName();

  @TempDir Path folder;

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restoreClassLoader() {
    Thread.currentThread().setContextClassLoader(before);
  }

  /** Lets only some of the files that name providers be found, and one more. */
  private void provide(Predicate<URL> kept, Path more) {
    Thread.currentThread()
        .setContextClassLoader(
            new ClassLoader(before) {
              @Override
              public Enumeration<URL> getResources(String name) throws IOException {
                List<URL> found = new ArrayList<>(Collections.list(super.getResources(name)));
                if (name.equals(SERVICES)) {
                  found.removeIf(kept.negate());
                  if (more != null) {
                    found.add(more.toUri().toURL());
                  }
                }
                return Collections.enumeration(found);
              }
            });
  }

  @Test
  void theFastestDeviceIsChosenAndTheOthersAreListed() {
    // Where the machine has a GPU, that would be the fastest.
    provide(url -> !url.toString().contains("backend-opencl"), null);
    CommandRun run = CommandRun.of("backends", "--backend", "");
    assertEquals(0, run.status(), run.err());
    List<String> chosen = run.out().lines().filter(line -> line.endsWith(" (chosen)")).toList();
    assertEquals(1, chosen.size(), run.out());
    assertTrue(chosen.get(0).startsWith("cpu:0: available: "), run.out());
    assertTrue(run.out().contains("reference:0: available: "), run.out());
  }

  @Test
  void openClIsListedWithItsDevicesOrWithTheReasonWhyThereAreNone() {
    CommandRun run = CommandRun.of("backends", "--backend", "cpu");
    assertEquals(0, run.status(), run.err());
    List<String> lines = run.out().lines().filter(line -> line.startsWith("opencl")).toList();
    assertFalse(lines.isEmpty(), run.out());
    for (String line : lines) {
      assertTrue(
          line.matches("opencl:\\d+: available: .{10,}|opencl: not available: .{20,}"), line);
    }
    CommandRun chosen = CommandRun.of("backends", "--backend", "opencl");
    boolean available = lines.get(0).startsWith("opencl:0: available: ");
    assertEquals(available ? 0 : 2, chosen.status(), chosen.err());
    if (available) {
      assertTrue(chosen.out().contains(lines.get(0) + " (chosen)"), chosen.out());
    } else {
      String why = lines.get(0).substring("opencl: not available: ".length());
      assertTrue(chosen.lastLine().contains(why), chosen.lastLine());
    }
  }

  @Test
  void aProviderThatThrowsIsListedWithItsReasonAndHidesNoOther() throws IOException {
    Path services = Files.writeString(folder.resolve("services"), Throwing.class.getName());
    provide(url -> true, services);
    CommandRun run = CommandRun.of("backends", "--backend", "");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().contains("not available: the provider is broken"), run.out());
    assertTrue(run.out().contains("no driver today"), run.out());
    assertTrue(run.out().contains("cpu:0: available: "), run.out());
    CommandRun named = CommandRun.of("train", "--backend", "throwing");
    assertEquals(2, named.status());
    assertTrue(named.lastLine().contains("no driver today"), named.err());
  }

  /** A provider whose every method fails. */
  public static final class Throwing implements BackendProvider {
    /** Works. */
    public Throwing() {}

    @Override
    public String name() {
      return "throwing";
    }

    @Override
    public dev.cambium.spi.Probe probe() {
      throw new UnsatisfiedLinkError("no driver today");
    }

    @Override
    public dev.cambium.spi.Backend open(dev.cambium.spi.BackendConfig config) {
      throw new UnsatisfiedLinkError("no driver today");
    }
  }

  @Test
  void withoutABackendsJarReferenceRuns() {
    provide(url -> !url.toString().contains("backend-"), null);
    CommandRun run = CommandRun.of("backends", "--backend", "");
    assertEquals(0, run.status(), run.err());
    assertTrue(run.out().matches("reference:0: available: .* \\(chosen\\)\\R"), run.out());
  }

  @Test
  void withNoProviderAtAllItIsSaidWhatToDo() {
    provide(url -> false, null);
    CommandRun run = CommandRun.of("backends", "--backend", "");
    assertEquals(2, run.status());
    assertTrue(run.lastLine().contains("put a backend's jar on the class path"), run.err());
  }
}
