package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.tensor.DType;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuTuningFileTest {
  private static final GpuTuning TUNING =
      new GpuTuning(
          Map.of(GpuTuning.key(TiledFamily.PRODUCT, DType.FLOAT32, Tile.LARGE), Tile.TALL),
          Map.of(GpuTuning.WIDE, WideTile.SHORT_6));

  @TempDir private Path folder;

  private static GpuDevice device(String name, String driver) {
    return new GpuDevice(
        "fake", "0", name, "maker", driver, false, 16, 1024, 48 << 10, 1 << 20, 1 << 20, true, 4);
  }

  /** A part of the device of these tests. */
  private static GpuDevice partition(int units, int localBytes) {
    return new GpuDevice(
        "fake",
        "0",
        "GPU (tm) 3000",
        "maker",
        "1.2",
        false,
        units,
        1024,
        localBytes,
        1 << 20,
        1 << 20,
        true,
        4);
  }

  private GpuTuningFile file() {
    return new GpuTuningFile(folder.resolve("tuning"), device("GPU (tm) 3000", "1.2"));
  }

  @Test
  void keepsWhatWasTuned() throws IOException {
    assertEquals(GpuTuning.NONE, file().read());
    file().write(TUNING);
    assertEquals(TUNING, file().read());
    file().write(GpuTuning.NONE);
    assertEquals(GpuTuning.NONE, file().read());
  }

  @Test
  void leavesNoOtherFiles() throws IOException {
    file().write(TUNING);
    file().write(TUNING);
    try (Stream<Path> files = Files.list(folder.resolve("tuning"))) {
      assertEquals(List.of(file().path()), files.toList());
    }
  }

  @Test
  void isNamedAfterTheDeviceAndNotSharedWithOthers() {
    Path path = file().path();
    assertTrue(
        path.getFileName().toString().startsWith("fake-gpu-tm-3000-"),
        path.getFileName()::toString);
    assertNotEquals(
        path, new GpuTuningFile(path.getParent(), device("GPU (tm) 3000", "1.3")).path());
    assertNotEquals(
        path, new GpuTuningFile(path.getParent(), device("GPU [tm] 3000", "1.2")).path());
  }

  @Test
  void isNotSharedWithAPartOfTheDevice() {
    Path path = file().path();
    assertEquals(path, new GpuTuningFile(path.getParent(), partition(16, 48 << 10)).path());
    assertNotEquals(path, new GpuTuningFile(path.getParent(), partition(4, 48 << 10)).path());
    assertNotEquals(path, new GpuTuningFile(path.getParent(), partition(16, 32 << 10)).path());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "kernels=0\nPRODUCT.FLOAT32.LARGE=TALL\n",
        "kernels=1\nPRODUCT.FLOAT32.LARGE=HUGE\n",
        "kernels=1\nWIDE=LARGE\n",
        "kernels=1\nPRODUCT.FLOAT32.LARGE=\\u12",
        "\u0000\u0001"
      })
  void ignoresADamagedFileAndReplacesIt(String content) throws IOException {
    file().write(TUNING);
    Files.writeString(file().path(), content);
    assertEquals(GpuTuning.NONE, file().read());
    file().write(TUNING);
    assertEquals(TUNING, file().read());
  }

  @Test
  void saysWhenTheFolderCannotBeWritten() throws IOException {
    Files.writeString(folder.resolve("tuning"), "a file where the folder would be");
    assertThrows(FileSystemException.class, () -> file().write(TUNING));
  }
}
