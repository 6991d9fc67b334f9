package dev.cambium.monitor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir Path temporary;

  @Test
  void readsBackWhatARunWrote() throws IOException {
    Path path = temporary.resolve("runs").resolve("first");
    RunFolder made = RunFolder.create(path, info());
    try (MetricsLog log = made.createMetrics()) {
      log.append(new MetricRow(1, 1, "train", Map.of("loss", 2.5)));
    }
    RunFolder read = RunFolder.open(path);
    assertEquals(info(), read.info());
    assertEquals(path, read.path());
    assertEquals(
        List.of("data", "epochs", "lr"), List.copyOf(read.info().config().keySet()).subList(0, 3));
    assertEquals(List.of(new MetricRow(1, 1, "train", Map.of("loss", 2.5))), read.readMetrics());
    assertEquals(path.resolve("checkpoints/last.safetensors"), read.lastCheckpoint());
    assertEquals(path.resolve("checkpoints/best.safetensors"), read.bestCheckpoint());
    assertTrue(Files.isDirectory(path.resolve("checkpoints")));
  }

  @Test
  void writesAStableDescription() throws IOException {
    RunFolder folder = RunFolder.create(temporary.resolve("run"), info());
    String json = Files.readString(folder.path().resolve("run.json"));
    assertEquals(
        """
        {
          "formatVersion" : 1,
          "started" : "2026-01-02T03:04:05.678Z",
          "seed" : -9007199254740993,
          "backend" : "cpu",
          "device" : "two cores",
          "versions" : {
            "cambium" : "1.0"
          },
          "config" : {
            "data" : "mnist:/data",
            "epochs" : 5,
            "lr" : 0.1,
            "nested" : {
              "list" : [ 1, "a", null, true ]
            }
          }
        }""",
        json.replace(System.lineSeparator(), "\n"));
  }

  @Test
  void describesThisMachineNow() {
    RunInfo info = RunInfo.now(Map.of(), 1, "cpu", "x");
    assertEquals(List.of("cambium", "java", "os"), List.copyOf(info.versions().keySet()));
    assertTrue(info.versions().get("cambium").matches("\\d+\\.\\d+\\.\\d+(-.+)?"));
    assertTrue(info.versions().get("java").contains(Runtime.version().toString()));
    assertTrue(info.versions().get("os").contains(System.getProperty("os.arch")));
    assertFalse(info.started().isAfter(Instant.now()));
    assertTrue(info.started().isAfter(Instant.now().minusSeconds(3600)));
  }

  @Test
  void refusesSettingsThatJsonCannotHold() {
    for (Object value : new Object[] {Double.NaN, new Object(), new int[1], Map.of(1, 2)}) {
      IllegalArgumentException failure =
          assertThrows(
              IllegalArgumentException.class,
              () -> RunInfo.now(Map.of("a", List.of(0, value)), 1, "cpu", "x"));
      assertTrue(failure.getMessage().startsWith("config.a[1] "), failure.getMessage());
    }
  }

  @Test
  void refusesAFolderThatHoldsARun() throws IOException {
    Path path = temporary.resolve("run");
    RunFolder.create(path, info());
    byte[] before = Files.readAllBytes(path.resolve("run.json"));
    RunFolderException failure =
        assertThrows(RunFolderException.class, () -> RunFolder.create(path, info()));
    assertEquals(
        "folder " + path + " already holds a run (run.json): resume it, or choose another",
        failure.getMessage());
    assertArrayEquals(before, Files.readAllBytes(path.resolve("run.json")));

    Files.delete(path.resolve("run.json"));
    Files.createFile(path.resolve("checkpoints/best.safetensors"));
    assertThrows(RunFolderException.class, () -> RunFolder.create(path, info()));
    Files.delete(path.resolve("checkpoints/best.safetensors"));
    RunFolder.create(path, info()); // what remains is an empty folder
  }

  @Test
  void takesAFolderWithOtherFiles() throws IOException {
    Files.writeString(temporary.resolve("notes.txt"), "mine");
    RunFolder.create(temporary, info());
    assertEquals("mine", Files.readString(temporary.resolve("notes.txt")));
    assertEquals(info(), RunFolder.open(temporary).info());
  }

  @Test
  void saysWhyAFolderCannotBeWritten() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");
    Path below = file.resolve("run");
    RunFolderException failure =
        assertThrows(RunFolderException.class, () -> RunFolder.create(below, info()));
    assertTrue(
        failure.getMessage().startsWith("folder " + below + " cannot be written ("),
        failure.getMessage());
    assertTrue(failure.getMessage().contains("choose another"), failure.getMessage());
    assertEquals("x", Files.readString(file));
    assertThrows(RunFolderException.class, () -> RunFolder.create(file, info()));
  }

  /** /proc, which only Linux has, is a file system in which nobody may make a folder. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void saysWhyAFileSystemTakesNoFolder() {
    Path path = Path.of("/proc/cambium-run");
    RunFolderException failure =
        assertThrows(RunFolderException.class, () -> RunFolder.create(path, info()));
    assertTrue(
        failure.getMessage().startsWith("folder " + path + " cannot be written ("),
        failure.getMessage());
    assertFalse(Files.exists(path));
  }

  @Test
  void refusesToResumeWhereNothingCanBeWritten() throws IOException {
    Path path = temporary.resolve("run");
    RunFolder.create(path, info());
    Files.delete(path.resolve("checkpoints"));
    Files.createFile(path.resolve("checkpoints"));
    RunFolderException failure =
        assertThrows(RunFolderException.class, () -> RunFolder.resume(path));
    assertTrue(
        failure.getMessage().startsWith("folder " + path + " cannot be written ("),
        failure.getMessage());
  }

  @Test
  void resumingRemovesWhatAKilledWriterLeft() throws IOException {
    Path path = temporary.resolve("run");
    RunFolder made = RunFolder.create(path, info());
    Path left = path.resolve("checkpoints/last.safetensors.1234.tmp");
    Files.writeString(left, "half");
    Files.writeString(path.resolve("run.json.1234.tmp"), "half");
    Files.writeString(made.lastCheckpoint(), "whole");
    RunFolder folder = RunFolder.resume(path);
    assertEquals(info(), folder.info());
    assertFalse(Files.exists(left));
    assertFalse(Files.exists(path.resolve("run.json.1234.tmp")));
    assertEquals("whole", Files.readString(folder.lastCheckpoint()));
    try (MetricsLog log = folder.resumeMetrics(-1)) {
      log.append(new MetricRow(1, 1, "train", Map.of()));
    }
    assertEquals(1, folder.readMetrics().size());
  }

  @Test
  void hasNoMetricsBeforeTheFirst() throws IOException {
    assertEquals(List.of(), RunFolder.create(temporary.resolve("run"), info()).readMetrics());
  }

  @Test
  void saysWhatAFolderIsNot() throws IOException {
    Path missing = temporary.resolve("missing");
    assertEquals(
        "there is no folder " + missing + ": give the folder of a run, which holds run.json",
        assertThrows(RunFolderException.class, () -> RunFolder.open(missing)).getMessage());
    assertEquals(
        "folder " + temporary + " holds no run: it has no run.json; give the folder of a run",
        assertThrows(RunFolderException.class, () -> RunFolder.open(temporary)).getMessage());
  }

  @Test
  void saysThatANewerVersionWroteARun() throws IOException {
    Path file = written(s -> s.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"));
    assertEquals(
        file
            + " has formatVersion 2, this version of Cambium reads 1 to 1: use the version that"
            + " wrote it, or a newer one",
        assertThrows(RunFolderException.class, () -> RunFolder.open(file.getParent()))
            .getMessage());
  }

  @Test
  void saysWhatIsDamaged() throws IOException {
    for (Map.Entry<String, String> damage :
        Map.of(
                "\"seed\"", "\"sead\"",
                "\"backend\" : \"cpu\"", "\"backend\" : 7",
                "\"device\" : \"two cores\"", "\"device\" : null",
                "\"formatVersion\" : 1", "\"formatVersion\" : \"1\"",
                "2026-01-02T", "2026-13-02T",
                "\"versions\" : {", "\"version\" : {",
                "\"config\" : {", "\"config\" : 1, \"x\" : {")
            .entrySet()) {
      Path file = written(s -> s.replace(damage.getKey(), damage.getValue()));
      RunFolderException failure =
          assertThrows(
              RunFolderException.class, () -> RunFolder.open(file.getParent()), damage::getKey);
      assertTrue(
          failure.getMessage().startsWith(file + " is damaged: "), () -> failure.getMessage());
    }
  }

  @Test
  void neverGivesAnythingButItsExceptionForADamagedDescription() throws IOException {
    byte[] whole = info().toJson();
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] damaged = Arrays.copyOf(whole, whole.length - random.nextInt(2) * random.nextInt(99));
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      try {
        RunInfo.parse("run.json", damaged);
      } catch (RunFolderException e) {
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
        refused++;
      }
    }
    assertTrue(refused > 2500, "most damage is noticed, got " + refused);
  }

  private Path written(UnaryOperator<String> change) throws IOException {
    Path path = Files.createTempDirectory(temporary, "run");
    RunFolder.create(path, info());
    Path file = path.resolve("run.json");
    String before = Files.readString(file);
    Files.writeString(file, change.apply(before));
    assertFalse(before.equals(Files.readString(file)), "the damage was done");
    return file;
  }

  private static RunInfo info() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("data", "mnist:/data");
    config.put("epochs", 5);
    config.put("lr", 0.1);
    config.put("nested", Map.of("list", Arrays.asList(1, "a", null, true)));
    return new RunInfo(
        config,
        -9007199254740993L,
        "cpu",
        "two cores",
        Map.of("cambium", "1.0"),
        Instant.parse("2026-01-02T03:04:05.678901Z"));
  }
}
