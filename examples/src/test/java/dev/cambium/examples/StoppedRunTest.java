package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs of a process of their own, which are stopped, killed, or run out of disk. */
@Timeout(120)
class StoppedRunTest {
  private static final String THREADS = "cambium.cpu.threads";
  private static final int EPOCHS = 8;

  @TempDir static Path shared;
  private static String data;
  private static Path whole;

  @TempDir Path folder;
  private Path run;

  /** Trains without being disturbed. */
  @BeforeAll
  static void trainWhole() throws IOException {
    data = "mnist:" + TestData.mnist(shared.resolve("data"), 400, 20);
    whole = shared.resolve("whole");
    CommandRun undisturbed = CommandRun.of((Object[]) train(whole));
    assertEquals(0, undisturbed.status(), undisturbed.err());
  }

  @BeforeEach
  void chooseFolder() {
    run = folder.resolve("run");
  }

  private static String[] train(Path out) {
    return new String[] {
      "train",
      "--data",
      data,
      "--model",
      "mlp",
      "--epochs",
      "" + EPOCHS,
      "--batch",
      "2",
      "--report-every",
      "1",
      "--out",
      out.toString()
    };
  }

  /** Starts the launcher in a JVM of its own; what it prints goes to the file {@code output}. */
  private Process start(List<String> shell, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(shell);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:-UsePerfData", "-D" + THREADS + "=" + System.getProperty(THREADS)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Launcher.class.getName());
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  /** Waits until the process is in the epoch after its first checkpoint. */
  private void awaitSecondEpoch(Process process) throws IOException, InterruptedException {
    Path metrics = run.resolve("metrics.jsonl");
    while (!Files.exists(metrics) || !Files.readString(metrics).contains("\"epoch\":2,")) {
      assertTrue(process.isAlive(), () -> "the run ended too early: " + output());
      Thread.sleep(10);
    }
  }

  private String output() {
    try {
      return Files.readString(folder.resolve("output"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String lastLine() {
    List<String> lines = output().lines().toList();
    return lines.get(lines.size() - 1);
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/last.safetensors"));
  }

  private void assertGoesOnToTheSameEnd() throws IOException {
    CommandRun resumed = CommandRun.of("train", "--resume", run);
    assertEquals(0, resumed.status(), resumed.err());
    assertArrayEquals(weights(whole), weights(run));
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("metrics.jsonl")),
        Files.readAllBytes(run.resolve("metrics.jsonl")));
  }

  @Test
  void aStoppedRunWritesItsCheckpointAndSaysHowToGoOn() throws Exception {
    Process process = start(List.of(), train(run));
    awaitSecondEpoch(process);
    process.destroy(); // SIGTERM; Ctrl-C takes the same way
    assertEquals(130, process.waitFor(), output());
    assertEquals("go on with ./cambium train --resume " + run, lastLine());
    assertFalse(output().contains("\tat "), output());
    assertGoesOnToTheSameEnd();
  }

  @Test
  void aKilledRunGoesOnToTheSameWeights() throws Exception {
    Process process = start(List.of(), train(run));
    awaitSecondEpoch(process);
    process.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
    assertGoesOnToTheSameEnd();
  }

  @Test
  void aFullDiskLeavesTheCheckpointWhole() throws Exception {
    Path shell = Path.of("/bin/bash");
    assumeTrue(Files.isExecutable(shell), "needs bash, to limit the size of files");
    Process process = start(List.of(), train(run));
    awaitSecondEpoch(process);
    process.destroy();
    assertEquals(130, process.waitFor(), output());
    byte[] before = weights(run);
    // Files may grow to 200 blocks of 1 KiB: metrics fit, a checkpoint does not.
    List<String> limited = List.of(shell.toString(), "-c", "ulimit -f 200 && exec \"$0\" \"$@\"");
    Process full = start(limited, "train", "--resume", run.toString());
    assertEquals(2, full.waitFor(), output());
    assertTrue(lastLine().startsWith("cambium: "), output());
    assertTrue(lastLine().contains(".safetensors"), output());
    assertArrayEquals(before, weights(run));
    try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
      assertTrue(files.noneMatch(file -> file.toString().endsWith(".tmp")));
    }
    assertGoesOnToTheSameEnd();
  }
}
