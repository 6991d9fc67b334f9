package dev.cambium.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.gpu.CapturedErrors;
import dev.cambium.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenClProgramCacheTest {
  private static final byte[] BINARY = {1, 2, 3, 4, 5};

  @TempDir private Path folder;

  private OpenClProgramCache cache() {
    return new OpenClProgramCache(folder, 1 << 20);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void findsWhatAnotherRunKept() throws IOException {
    cache().keep("a", BINARY);
    assertArrayEquals(BINARY, cache().find("a"));
    assertNull(cache().find("b"));
    assertEquals(List.of(folder.resolve("a.clbin")), files());
  }

  @Test
  void makesItsFolder() {
    OpenClProgramCache cache = new OpenClProgramCache(folder.resolve("x/y"), 1 << 20);
    assertNull(cache.find("a"));
    cache.keep("a", BINARY);
    assertArrayEquals(BINARY, cache.find("a"));
  }

  @Test
  void aDamagedEntryCountsAsNoneAndIsReplaced() throws IOException {
    cache().keep("a", BINARY);
    Path file = folder.resolve("a.clbin");
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x10;
      Files.write(file, damaged);
      assertNull(cache().find("a"), "byte " + i + " was changed");
      Files.write(file, Arrays.copyOf(whole, i));
      assertNull(cache().find("a"), "only " + i + " bytes were left");
    }
    Files.write(file, Arrays.copyOf(whole, whole.length + 1));
    assertNull(cache().find("a"), "a byte was added");
    cache().keep("a", BINARY);
    assertArrayEquals(BINARY, cache().find("a"));
  }

  @Test
  void theKeyDependsOnSourceOptionsDeviceAndDriver() {
    OpenClDevice device = TestDevice.require();
    String key = OpenClProgramCache.key("source", "-DA=1", device);
    assertTrue(key.matches("[0-9a-f]{64}"), key);
    assertEquals(key, OpenClProgramCache.key("source", "-DA=1", device));
    assertNotEquals(key, OpenClProgramCache.key("source", "-DA=2", device));
    assertNotEquals(key, OpenClProgramCache.key("source-", "DA=1", device));
    OpenClDevice updated =
        new OpenClDevice(
            device.platform(),
            device.handle(),
            device.platformName(),
            device.platformVersion() + ".1",
            device.version(),
            device.type(),
            device.roundsDivision(),
            device.alignment(),
            device.about());
    assertNotEquals(key, OpenClProgramCache.key("source", "-DA=1", updated));
  }

  /** Keeps entries of 1000 bytes as if hours ago, the first one the longest. */
  private void keepOldEntries(OpenClProgramCache cache, String... keys) throws IOException {
    for (int i = 0; i < keys.length; i++) {
      cache.keep(keys[i], new byte[1000]);
      FileTime time = FileTime.from(Instant.now().minus(Duration.ofHours(10 - i)));
      Files.setLastModifiedTime(folder.resolve(keys[i] + ".clbin"), time);
    }
  }

  @Test
  void theOldestEntriesGoBeyondTheBound() throws IOException {
    OpenClProgramCache cache = new OpenClProgramCache(folder, 3500);
    keepOldEntries(cache, "c", "b", "a");
    cache.keep("d", new byte[1000]);
    assertNull(cache.find("c"), "the oldest");
    for (String key : List.of("b", "a", "d")) {
      assertArrayEquals(new byte[1000], cache.find(key), key);
    }
  }

  @Test
  void whatWasFoundNotLongAgoStays() throws IOException {
    OpenClProgramCache cache = new OpenClProgramCache(folder, 3500);
    keepOldEntries(cache, "c", "b", "a");
    assertArrayEquals(new byte[1000], cache.find("c"));
    cache.keep("d", new byte[1000]);
    assertNull(cache.find("b"), "the one that nobody used for the longest time");
    for (String key : List.of("c", "a", "d")) {
      assertArrayEquals(new byte[1000], cache.find(key), key);
    }
  }

  @Test
  void whatKilledProcessesLeftGoesAfterADayAndForeignFilesStay() throws IOException {
    Path left = Files.write(folder.resolve("x.clbin.123.tmp"), BINARY);
    Path fresh = Files.write(folder.resolve("y.clbin.456.tmp"), BINARY);
    Path foreign = Files.write(folder.resolve("notes.txt"), BINARY);
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
    Files.setLastModifiedTime(left, old);
    Files.setLastModifiedTime(foreign, old);
    cache().keep("a", BINARY);
    assertEquals(List.of(folder.resolve("a.clbin"), foreign, fresh), files());
  }

  @Test
  void aFolderThatCannotBeUsedCostsOneWarning() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    // Where not even the administrator can make anything; other systems refuse the root folder.
    Path readOnly =
        Files.isDirectory(Path.of("/proc")) ? Path.of("/proc/cambium") : Path.of("/cambium");
    for (Path wrong : List.of(file, file.resolve("below"), readOnly)) {
      OpenClProgramCache cache = new OpenClProgramCache(wrong, 1 << 20);
      try (CapturedErrors errors = new CapturedErrors()) {
        for (String key : List.of("a", "b")) {
          cache.find(key);
          cache.keep(key, BINARY);
          assertNull(cache.find(key));
        }
        assertEquals(1, errors.warnings().size(), wrong + ": " + errors.warnings());
        String warning = errors.warnings().get(0);
        assertTrue(warning.contains(wrong.toString()), warning);
        assertTrue(warning.contains("-Dcambium.opencl.cache=FOLDER"), warning);
      }
      assertFalse(cache.isOpen());
    }
    assertEquals("in the way", Files.readString(file));
  }

  @Test
  void theSettingChoosesTheFolderOrNone() {
    OpenClDevice device = TestDevice.require();
    BackendConfig off = new BackendConfig("", Map.of("opencl.cache", "off"));
    assertFalse(OpenClProgramCache.of(off, device).isOpen());
    BackendConfig here = new BackendConfig("", Map.of("opencl.cache", folder.toString()));
    OpenClProgramCache.of(here, device).keep("a", BINARY);
    assertArrayEquals(BINARY, cache().find("a"));
    BackendConfig wrong = new BackendConfig("", Map.of("opencl.cache", "a\0b"));
    assertThrows(IllegalArgumentException.class, () -> OpenClProgramCache.of(wrong, device));
    // PoCL has a cache of its own.
    assertEquals(
        !device.isPocl(), OpenClProgramCache.of(BackendConfig.defaults(), device).isOpen());
  }
}
