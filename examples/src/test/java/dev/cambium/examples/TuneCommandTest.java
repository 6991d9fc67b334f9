package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.Device;
import dev.cambium.spi.ForwardingBackend;
import dev.cambium.spi.Probe;
import dev.cambium.spi.Tuning;
import dev.cambium.spi.reference.ReferenceProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneCommandTest {
  @TempDir Path folder;

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private URLClassLoader loader;

  @BeforeEach
  void provide() throws IOException {
    Path services = folder.resolve("META-INF/services");
    Files.createDirectories(services);
    Files.writeString(
        services.resolve(BackendProvider.class.getName()), TunableProvider.class.getName());
    loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(loader);
  }

  @AfterEach
  void restore() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    System.clearProperty("cambium.tunable.readonly");
    loader.close();
  }

  /** Measures two variants of two kernels, and keeps the better ones unless told not to. */
  public static final class TunableProvider implements BackendProvider {
    /** Works. */
    public TunableProvider() {}

    @Override
    public String name() {
      return "tunable";
    }

    @Override
    public Probe probe() {
      return Probe.available(List.of(new Device("7", "a device with tiles", -1)));
    }

    @Override
    public Backend open(BackendConfig config) {
      boolean readOnly = config.property("tunable.readonly").isPresent();
      return new ForwardingBackend(new ReferenceProvider().open(BackendConfig.defaults())) {
        @Override
        public String name() {
          return "tunable:7";
        }

        @Override
        public Tuning tune(Consumer<Tuning.Trial> progress) {
          for (int i = 1; i <= 4; i++) {
            String subject = i <= 2 ? "gemm" : "convolution";
            progress.accept(new Tuning.Trial(subject, "tile " + i, 10.0 * i, i, 4));
          }
          return new Tuning(
              List.of(
                  new Tuning.Choice("gemm", 2, 10, "tile 2", 20),
                  new Tuning.Choice("convolution", 2, 30, "tile 4", 40)),
              readOnly ? "" : "/home/user/.cache/tiles.json",
              readOnly ? "/home/user/.cache cannot be written" : "");
        }
      };
    }
  }

  @Test
  void whatWasMeasuredAndChosenIsATableAndTheLastLineSaysWhereItIsKept() {
    CommandRun run = CommandRun.of("tune", "--backend", "tunable");
    assertEquals(0, run.status(), run.all());
    List<String> lines = run.out().lines().toList();
    assertEquals("tuning tunable:7: a device with tiles", lines.get(0));
    assertEquals("kernels      variants  GFLOP/s untuned          tuned   chosen", lines.get(1));
    assertEquals("gemm                2             10.0           20.0   tile 2", lines.get(2));
    assertEquals("convolution         2             30.0           40.0   tile 4", lines.get(3));
    assertEquals("kept in /home/user/.cache/tiles.json", lines.get(4));
    assertEquals(5, lines.size(), run.out());
  }

  @Test
  void whatCannotBeKeptIsShownAndIsAnError() {
    System.setProperty("cambium.tunable.readonly", "true");
    CommandRun run = CommandRun.of("tune", "--backend", "tunable:7");
    assertEquals(2, run.status(), run.all());
    assertTrue(run.out().contains("tile 4"), run.out());
    assertEquals(
        "cambium: what was found is not kept: /home/user/.cache cannot be written", run.lastLine());
  }

  @Test
  void aBackendWithNothingToTuneSaysWhy() {
    CommandRun cpu = CommandRun.of("tune", "--backend", "cpu");
    assertEquals(2, cpu.status(), cpu.all());
    assertEquals("", cpu.out());
    assertEquals(
        "cambium: backend cpu has nothing to tune: oneDNN chooses by itself", cpu.lastLine());
    CommandRun reference = CommandRun.of("tune", "--backend", "reference");
    assertEquals(2, reference.status(), reference.all());
    assertTrue(
        reference.lastLine().startsWith("cambium: backend reference has nothing to tune: "),
        reference.err());
  }

  @Test
  void aBackendThatIsNotThereIsRefused() {
    CommandRun run = CommandRun.of("tune", "--backend", "abacus");
    assertEquals(2, run.status(), run.all());
    assertTrue(run.lastLine().startsWith("cambium: backend 'abacus' is not known"), run.err());
  }
}
