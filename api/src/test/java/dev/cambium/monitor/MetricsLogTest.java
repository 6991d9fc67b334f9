package dev.cambium.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.runtime.FullDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path folder;

  @Test
  void showsEveryRowToOthersAsSoonAsItIsAppended() throws IOException {
    Path path = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.create(path)) {
      assertEquals(List.of(), MetricsLog.read(path));
      for (long step = 1; step <= 3; step++) {
        log.append(row(step));
        assertEquals(step, MetricsLog.read(path).size());
      }
      log.force();
    }
    assertEquals(List.of(row(1), row(2), row(3)), MetricsLog.read(path));
  }

  @Test
  void cutsBackToACheckpointAndGoesOnAsIfNothingHadHappened() throws IOException {
    Path whole = write("whole.jsonl", 1, 2, 2, 3, 4, 5);
    Path killed = write("killed.jsonl", 1, 2, 2, 3);
    Files.writeString(killed, "{\"step\":4,\"epo", StandardOpenOption.APPEND);
    try (MetricsLog log = MetricsLog.resume(killed, 2)) {
      assertEquals(3, MetricsLog.read(killed).size());
      for (long step : new long[] {3, 4, 5}) {
        log.append(row(step));
      }
    }
    assertEquals(Files.readString(whole), Files.readString(killed));
  }

  @Test
  void dropsALastLineWithoutItsEnd() throws IOException {
    Path path = write("metrics.jsonl", 1, 2);
    Files.writeString(path, row(3).toJson(), StandardOpenOption.APPEND);
    assertEquals(List.of(row(1), row(2)), MetricsLog.read(path));
    try (MetricsLog log = MetricsLog.resume(path, 9)) {
      log.append(row(9));
    }
    assertEquals(List.of(row(1), row(2), row(9)), MetricsLog.read(path));
  }

  @Test
  void dropsEveryRowWhenThereIsNoCheckpoint() throws IOException {
    Path path = write("metrics.jsonl", 0, 1, 2);
    MetricsLog.resume(path, -1).close();
    assertEquals(0, Files.size(path));
  }

  @Test
  void refusesStepsThatGoBack() throws IOException {
    Path path = write("metrics.jsonl", 1, 5, 6);
    try (MetricsLog log = MetricsLog.resume(path, 5)) {
      IllegalArgumentException failure =
          assertThrows(IllegalArgumentException.class, () -> log.append(row(4)));
      assertEquals(
          "rows of metrics come in the order of their steps: got step 4 behind step 5",
          failure.getMessage());
      log.append(row(5));
    }
  }

  @Test
  void takesBackARowThatAFullDiskCuts() throws IOException {
    Path path = folder.resolve("metrics.jsonl");
    FullDisk disk = new FullDisk(row(1).toJson().length() + 10);
    try (MetricsLog log = MetricsLog.create(path, disk::over)) {
      log.append(row(1));
      RunFolderException failure = assertThrows(RunFolderException.class, () -> log.append(row(2)));
      assertEquals(
          path + " cannot take another row (No space left on device): free some space, resume",
          failure.getMessage());
      assertEquals(row(1).toJson() + "\n", Files.readString(path));
      disk.clear();
      log.append(row(2));
    }
    assertEquals(List.of(row(1), row(2)), MetricsLog.read(path));
  }

  @Test
  void namesTheLineThatIsDamaged() throws IOException {
    Path path = write("metrics.jsonl", 1, 2);
    Files.writeString(path, "{\"step\":oops}\n", StandardOpenOption.APPEND);
    for (RunFolderException failure :
        List.of(
            assertThrows(RunFolderException.class, () -> MetricsLog.read(path)),
            assertThrows(RunFolderException.class, () -> MetricsLog.resume(path, 1)))) {
      assertTrue(
          failure.getMessage().startsWith(path + " is damaged: line 3 is no row of metrics ("),
          failure.getMessage());
    }
    Files.write(path, new byte[] {'"', (byte) 0xFF, '"', '\n'});
    RunFolderException failure =
        assertThrows(RunFolderException.class, () -> MetricsLog.read(path));
    assertEquals(
        path + " is damaged: line 1 is no row of metrics (not UTF-8)", failure.getMessage());
  }

  @Test
  void refusesToStartOverALogAndToResumeNone() throws IOException {
    Path path = write("metrics.jsonl", 1);
    RunFolderException exists =
        assertThrows(RunFolderException.class, () -> MetricsLog.create(path));
    assertTrue(exists.getMessage().startsWith(path + " cannot be created ("), exists.getMessage());
    assertEquals(1, MetricsLog.read(path).size());
    Path missing = folder.resolve("missing.jsonl");
    RunFolderException none =
        assertThrows(RunFolderException.class, () -> MetricsLog.resume(missing, 1));
    assertTrue(none.getMessage().startsWith(missing + " cannot be read (no such file"));
  }

  private Path write(String name, long... steps) throws IOException {
    Path path = folder.resolve(name);
    try (MetricsLog log = MetricsLog.create(path)) {
      for (long step : steps) {
        log.append(row(step));
      }
    }
    return path;
  }

  private static MetricRow row(long step) {
    return new MetricRow(step, 1 + (int) step / 4, "train", Map.of("loss", 1.0 / (step + 3)));
  }
}
