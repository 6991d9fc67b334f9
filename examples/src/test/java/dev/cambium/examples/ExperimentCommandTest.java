package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.monitor.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentCommandTest {
  private static final String ROW =
      "\\| %s \\| [01]\\.\\d{4} \\| [01]\\.\\d{4} \\| [01]\\.\\d{4} \\| .* \\|";

  @TempDir Path folder;
  @TempDir Path files;
  private String data;

  @BeforeEach
  void writeData() throws IOException {
    data = "mnist:" + TestData.mnist(files, 200, 100);
  }

  /** Trains the 20-layer nets on a few images for an epoch. */
  private CommandRun depth(Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("experiment", "depth", "--out", folder));
    arguments.addAll(List.of("--data", data));
    arguments.addAll(List.of("--epochs", 1, "--samples", 128, "--seeds", "1,2"));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray());
  }

  @Test
  void trainsTheChosenTreatmentsAndPrintsThemAll() throws IOException {
    CommandRun first = depth("--only", "tanh-xavier");
    assertEquals(0, first.status(), first.err());
    List<String> lines = first.out().lines().toList();
    assertEquals("| treatment | seed 1 | seed 2 | mean | above the base |", lines.get(0));
    assertTrue(lines.get(2).matches(ROW.formatted("tanh-xavier")), first.out());
    assertEquals(3, lines.size());

    CommandRun second = depth("--only", "relu-he,relu-lsuv");
    assertEquals(0, second.status(), second.err());
    List<String> all = second.out().lines().toList();
    assertTrue(all.get(2).matches(ROW.formatted("relu-he")), second.out());
    assertTrue(all.get(3).matches(ROW.formatted("relu-lsuv")), second.out());
    assertTrue(all.get(3).contains(" ± "), second.out());
    assertTrue(all.get(4).matches(ROW.formatted("tanh-xavier")), second.out());
    assertEquals(all, Files.readAllLines(folder.resolve("table.md")));
  }

  @Test
  void whatIsDoneIsNotTrainedAgain() throws IOException {
    depth("--only", "relu-he");
    Path run = folder.resolve("relu-he-seed2");
    byte[] metrics = Files.readAllBytes(run.resolve("metrics.jsonl"));
    Files.delete(RunFolder.open(run).lastCheckpoint());
    CommandRun again = depth("--only", "relu-he");
    assertEquals(0, again.status(), again.err());
    assertArrayEquals(metrics, Files.readAllBytes(run.resolve("metrics.jsonl")));
    assertFalse(Files.exists(RunFolder.open(run).lastCheckpoint()));
  }

  @Test
  void aRunOfItIsNotTakenForOneOfTrain() {
    depth("--only", "relu-he");
    Path run = folder.resolve("relu-he-seed1");
    for (CommandRun other :
        List.of(CommandRun.of("evaluate", "--run", run), CommandRun.of("train", "--resume", run))) {
      assertEquals(2, other.status(), other.all());
      assertTrue(other.lastLine().contains("belongs to an experiment"), other.err());
    }
  }

  @Test
  void aFolderWithOtherRunsIsRefused() {
    assertEquals(0, depth("--only", "relu-he").status());
    CommandRun other =
        CommandRun.of(
            "experiment",
            "depth",
            "--data",
            data,
            "--out",
            folder,
            "--epochs",
            2,
            "--samples",
            128,
            "--seeds",
            "1,2",
            "--only",
            "relu-he");
    assertEquals(2, other.status(), other.all());
    assertTrue(other.lastLine().contains("holds another run"), other.err());
  }

  @Test
  void wrongOptionsAreRefusedInOneLine() {
    for (CommandRun run :
        List.of(
            depth("--only", "relu"),
            CommandRun.of("experiment", "depth", "--out", folder, "--seeds", "1,2,1"),
            CommandRun.of("experiment", "width", "--out", folder),
            CommandRun.of("experiment", "gains", "--out", folder),
            CommandRun.of("experiment", "depth"))) {
      assertEquals(2, run.status(), run.all());
      assertEquals(1, run.err().lines().count(), run.err());
    }
  }
}
