package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.DeviceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LauncherTest {
  @Test
  void helpNamesEveryCommand() {
    CommandRun help = CommandRun.of("--help");
    assertEquals(0, help.status());
    for (String command :
        List.of(
            "backends",
            "train",
            "evaluate",
            "predict",
            "lecture",
            "bench",
            "tune",
            "conformance")) {
      assertTrue(help.out().contains("  " + command + " "), command);
      assertEquals(0, CommandRun.of(command, "--help").status(), command);
    }
  }

  @Test
  void theVersionIsThatOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("..", "pom.xml"));
    Matcher version =
        Pattern.compile("<artifactId>cambium-parent</artifactId>\\s*<version>(.+)</version>")
            .matcher(pom);
    assertTrue(version.find());
    assertEquals("cambium " + version.group(1), CommandRun.of("--version").lastLine());
  }

  @Test
  void whatIsNoCommandIsRefusedInOneLine() {
    for (CommandRun run :
        List.of(CommandRun.of(), CommandRun.of("tarin"), CommandRun.of("train", "--epoch", 3))) {
      assertEquals(2, run.status());
      assertEquals("", run.out());
      assertEquals(1, run.err().lines().count(), run.err());
      assertTrue(run.err().startsWith("cambium: "), run.err());
      assertTrue(run.err().contains("--help"), run.err());
    }
  }

  @Test
  void backendsListsTheChosenDeviceAndTheOthers() {
    CommandRun run = CommandRun.of("backends", "--backend", "reference");
    assertEquals(0, run.status());
    assertTrue(run.out().contains("reference:0: available: "), run.out());
    assertEquals(1, run.out().lines().filter(line -> line.endsWith(" (chosen)")).count());
    assertTrue(run.out().lines().anyMatch(line -> line.startsWith("cpu:")), run.out());
  }

  @Test
  void anUnknownBackendIsRefusedWithTheListOfThoseThatAreThere() {
    CommandRun run = CommandRun.of("backends", "--backend", "abacus");
    assertEquals(2, run.status());
    assertTrue(run.lastLine().startsWith("cambium: backend 'abacus' is not known"), run.err());
    assertTrue(run.lastLine().contains("reference (available"), run.err());
  }

  @Test
  void aFailureIsOneLineAndTellsInputFromErrorsOfTheProgram() {
    Failure missing = Failure.of(new UncheckedIOException(new NoSuchFileException("a/b")));
    assertEquals(2, missing.status());
    assertTrue(missing.message().startsWith("a/b: "), missing.message());
    assertEquals("two lines", Failure.of(new IllegalArgumentException("two\n  lines")).message());
    Failure device = Failure.of(new DeviceException("the device is lost"));
    assertEquals(new Failure("the device is lost", 2), device);
    Failure internal = Failure.of(new IllegalStateException("broken"));
    assertEquals(1, internal.status());
    assertTrue(internal.message().contains("cambium.debug"), internal.message());
  }

  @Test
  void theStackTraceIsShownOnRequestOnly() {
    String[] bad = {"train", "--data", "nothing:here"};
    assertFalse(CommandRun.of((Object[]) bad).err().contains("\tat "));
    System.setProperty(Launcher.DEBUG, "true");
    try {
      CommandRun debugged = CommandRun.of((Object[]) bad);
      assertTrue(debugged.err().contains("\tat "), debugged.err());
      assertTrue(debugged.lastLine().startsWith("cambium: "), debugged.err());
    } finally {
      System.clearProperty(Launcher.DEBUG);
    }
  }
}
