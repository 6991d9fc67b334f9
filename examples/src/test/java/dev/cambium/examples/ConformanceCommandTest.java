package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceCommandTest {
  private static final String FEW = "Linear/x[1, 1]*";

  @TempDir private Path temporary;

  private ClassLoader before;
  private URLClassLoader loader;
  private Path services;

  @BeforeEach
  void addTheWrongBackend() throws IOException {
    services = temporary.resolve("wrong backend");
    WrongProvider.register(services);
    before = Thread.currentThread().getContextClassLoader();
    loader = WrongProvider.loader(services);
    Thread.currentThread().setContextClassLoader(loader);
  }

  @AfterEach
  void removeIt() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    System.clearProperty(WrongProvider.SETTING);
    loader.close();
  }

  @Test
  void aBackendThatConformsEndsWithTheCountsAndStatusZero() {
    CommandRun run = CommandRun.of("conformance", "--backend", "cpu", "--only", FEW);
    assertEquals(0, run.status(), run.all());
    assertTrue(run.lastLine().matches("[1-9][0-9]* passed, 0 failed, 0 skipped"), run.all());
    assertTrue(run.out().lines().anyMatch(line -> line.matches("Linear +[1-9].*")), run.out());
    assertEquals(0, CommandRun.of("conformance", "--backend", "wrong", "--only", FEW).status());
  }

  @Test
  void withoutABackendTheOneThatWouldBeChosenIsExamined() {
    CommandRun run = CommandRun.of("conformance", "--only", FEW);
    assertTrue(run.out().startsWith("conformance of cpu:0: "), run.out());
  }

  @Test
  void theLineThatRerunsAFailureDoesSoInAShell() throws Exception {
    System.setProperty(WrongProvider.SETTING, WrongProvider.LINEAR);
    CommandRun run = CommandRun.of("conformance", "--backend", "wrong", "--only", FEW);
    assertEquals(1, run.status(), run.all());
    List<String> lines = run.out().lines().toList();
    int failed = firstFailure(lines);
    assertTrue(lines.get(failed).contains(", got 12345"), lines.get(failed));
    assertTrue(lines.get(failed + 1).startsWith("rerun: ./cambium "), lines.get(failed + 1));
    long failures = lines.stream().filter(line -> line.startsWith("FAILED ")).count();
    assertTrue(failures > 1, run.out());
    assertTrue(run.lastLine().contains(", " + failures + " failed, "), run.lastLine());

    List<String> again = shell(lines.get(failed + 1).substring("rerun: ".length()), 1);
    assertEquals(lines.get(failed), again.get(firstFailure(again)));
    assertEquals("0 passed, 1 failed, 0 skipped", again.get(again.size() - 1));
  }

  private static int firstFailure(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("FAILED ")) {
        return i;
      }
    }
    throw new AssertionError("no failure among " + lines);
  }

  /** What a line prints in bash, where {@code ./cambium} runs the classes of the tests. */
  private List<String> shell(String line, int status) throws IOException, InterruptedException {
    Path script =
        Files.writeString(
            temporary.resolve("cambium"),
            """
            #!/usr/bin/env bash
            options=()
            while [[ "$1" == -D* ]]; do options+=("$1"); shift; done
            exec "$JAVA" "${options[@]}" -cp "$CLASSES" dev.cambium.examples.Launcher "$@"
            """);
    assertTrue(script.toFile().setExecutable(true));
    ProcessBuilder bash = new ProcessBuilder("bash", "-c", line).directory(temporary.toFile());
    bash.environment().put("JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString());
    bash.environment().put("CLASSES", System.getProperty("java.class.path") + ":" + services);
    Process process = bash.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(status, process.waitFor(), out);
    return out.lines().toList();
  }

  @Test
  void theReportIsWrittenWhetherCasesFailOrNot() throws IOException {
    System.setProperty(WrongProvider.SETTING, WrongProvider.LINEAR);
    Path folder = temporary.resolve("new/report");
    CommandRun run =
        CommandRun.of("conformance", "--backend", "wrong", "--only", FEW, "--report", folder);
    assertEquals(1, run.status(), run.all());
    List<String> text = Files.readAllLines(folder.resolve("conformance.txt"));
    assertEquals(run.lastLine(), text.get(text.size() - 1));
    JsonNode json = new ObjectMapper().readTree(folder.resolve("conformance.json").toFile());
    assertEquals("wrong:0", json.path("backend").asText());
    assertFalse(json.path("conforming").asBoolean());
    assertEquals(
        WrongProvider.LINEAR,
        json.at("/environment/settings").path(WrongProvider.SETTING).asText());
    assertTrue(Files.readString(folder.resolve("conformance.html")).contains("does not conform"));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void listPrintsWhatOnlyTakesAndOpensNothing() {
    CommandRun list = CommandRun.of("conformance", "--backend", "wrong", "--only", FEW, "--list");
    assertEquals(0, list.status());
    List<String> ids = list.out().lines().toList();
    assertTrue(ids.size() > 1, list.out());
    for (String id : ids) {
      CommandRun one = CommandRun.of("conformance", "--only", id, "--list");
      assertEquals(id + System.lineSeparator(), one.out());
    }
  }

  @Test
  void wrongUseIsOneLineAndLeavesNothingBehind() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "kept");
    Path folder = temporary.resolve("folder");
    refused("backend 'abacus' is not known", "--backend", "abacus", "--report", folder);
    refused("backend 'cpu' has no device '7'", "--backend", "cpu:7", "--report", folder);
    refused("no case matches 'Linaer'", "--only", "Linaer", "--report", folder);
    refused("Unknown option: '--jobs'", "--jobs", "--report", folder);
    assertFalse(Files.exists(folder));
    refused("a file stands where a folder is needed", "--only", FEW, "--report", file);
    assertEquals("kept", Files.readString(file));
  }

  private static void refused(String why, Object... options) {
    Object[] arguments = new Object[options.length + 1];
    arguments[0] = "conformance";
    System.arraycopy(options, 0, arguments, 1, options.length);
    CommandRun run = CommandRun.of(arguments);
    assertEquals(2, run.status(), run.all());
    assertEquals("", run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().contains(why), run.err());
  }
}
