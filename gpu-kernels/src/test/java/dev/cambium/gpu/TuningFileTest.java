package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.spi.BackendConfig;
import dev.cambium.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningFileTest {
  private static final GpuDevice DEVICE = device("a device", "1.0");
  private static final GpuTuning TUNING =
      new GpuTuning(
          Map.of(
              GpuTuning.key(TiledFamily.PRODUCT, DType.FLOAT32, Tile.LARGE), Tile.SQUARE,
              GpuTuning.key(TiledFamily.CONVOLUTION, DType.FLOAT32, Tile.TALL), Tile.SMALL));

  @TempDir Path folder;

  private static GpuDevice device(String name, String driver) {
    return new GpuDevice(
        "fake", "0", name, "a maker", driver, false, 1, 1024, 1 << 16, 1 << 20, 1 << 20, true);
  }

  private TuningFile file(Object setting, GpuDevice device) {
    return TuningFile.of(new BackendConfig("", Map.of("fake.tuning", setting.toString())), device);
  }

  @Test
  void whatWasStoredIsLoadedAgain() throws IOException {
    TuningFile file = file(folder.resolve("new").resolve("folders"), DEVICE);
    assertEquals(GpuTuning.NONE, file.load());
    file.store(TUNING, DEVICE);
    assertEquals(TUNING, file.load());
    file.store(GpuTuning.NONE, DEVICE);
    assertEquals(GpuTuning.NONE, file.load());
    try (var files = Files.list(file.path().orElseThrow().getParent())) {
      assertEquals(1, files.count(), "nothing temporary is left");
    }
  }

  @Test
  void anotherDeviceOrDriverHasAnotherFile() throws IOException {
    file(folder, DEVICE).store(TUNING, DEVICE);
    for (GpuDevice other : List.of(device("another", "1.0"), device("a device", "1.1"))) {
      assertNotEquals(file(folder, DEVICE).path(), file(folder, other).path());
      assertEquals(GpuTuning.NONE, file(folder, other).load());
    }
  }

  @Test
  void linesThatMeanNothingArePassedOver() throws IOException {
    TuningFile file = file(folder, DEVICE);
    Files.writeString(
        file.path().orElseThrow(),
        "# a comment\n\nPRODUCT.FLOAT32.LARGE=ENORMOUS\nno equals sign\n"
            + "PRODUCT.FLOAT32.TALL=SMALL\n");
    assertEquals(Map.of("PRODUCT.FLOAT32.TALL", Tile.SMALL), file.load().tiles());
  }

  @Test
  void whatCannotBeReadCountsAsNotMeasured() throws IOException {
    TuningFile file = file(folder, DEVICE);
    Files.createDirectory(file.path().orElseThrow());
    assertEquals(GpuTuning.NONE, file.load());
  }

  @Test
  void aFolderThatCannotBeWrittenIsAnErrorWithItsName() throws IOException {
    Path occupied = Files.writeString(folder.resolve("occupied"), "by a file");
    TuningFile file = file(occupied, DEVICE);
    IOException e = assertThrows(IOException.class, () -> file.store(TUNING, DEVICE));
    assertTrue(e.getMessage().startsWith(occupied + "/"), e.getMessage());
    assertTrue(e.getMessage().contains(" cannot be written: "), e.getMessage());
    assertEquals(GpuTuning.NONE, file.load());
  }

  @Test
  void offKeepsNothing() {
    assertTrue(file("off", DEVICE).path().isEmpty());
    assertEquals(GpuTuning.NONE, file("off", DEVICE).load());
  }

  @Test
  void byDefaultItLiesAmongTheCachesOfTheUser() {
    Path path = TuningFile.of(BackendConfig.defaults(), DEVICE).path().orElseThrow();
    assertTrue(path.getParent().endsWith(Path.of("cambium", "tuning")), path.toString());
    assertTrue(path.getFileName().toString().matches("fake-[0-9a-f]{16}\\.tiles"), path.toString());
  }
}
