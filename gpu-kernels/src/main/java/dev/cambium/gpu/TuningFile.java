package dev.cambium.gpu;

import dev.cambium.runtime.AtomicFile;
import dev.cambium.spi.BackendConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tiles that were measured to be the fastest of a device, in a file of its own: lines {@code
 * KEY=TILE} with the keys of {@link GpuTuning#key}, and comments that begin with #. The file's name
 * stands for the device and its driver, as another one wants other tiles. It is replaced whole. A
 * line that means nothing here, and a file that cannot be read, count as not measured.
 *
 * @param path where it lies, or nothing where nothing is to be kept
 */
record TuningFile(Optional<Path> path) {
  private static final Logger LOG = LoggerFactory.getLogger(TuningFile.class);

  /**
   * What the setting {@code BACKEND.tuning} says: a folder, or {@code off}; by default {@code
   * cambium/tuning} in {@code $XDG_CACHE_HOME} or {@code ~/.cache}.
   *
   * @throws IllegalArgumentException when the setting is no folder's name
   */
  static TuningFile of(BackendConfig config, GpuDevice device) {
    String name = device.backend() + ".tuning";
    String setting = config.property(name).orElse("").strip();
    if (setting.equals("off")) {
      return new TuningFile(Optional.empty());
    }
    try {
      Path folder = setting.isEmpty() ? usualFolder() : Path.of(setting);
      return new TuningFile(Optional.of(folder.resolve(fileName(device))));
    } catch (InvalidPathException wrong) {
      throw new IllegalArgumentException(
          name + " must be a folder or off, got '" + setting + "'", wrong);
    }
  }

  private static Path usualFolder() {
    String caches = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
    Path folder =
        caches.startsWith("/")
            ? Path.of(caches)
            : Path.of(System.getProperty("user.home"), ".cache");
    return folder.resolve("cambium").resolve("tuning");
  }

  private static String fileName(GpuDevice device) {
    String described = String.join("\n", device.vendor(), device.name(), device.driver());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(described.getBytes(StandardCharsets.UTF_8));
      return device.backend() + "-" + HexFormat.of().formatHex(hash, 0, 8) + ".tiles";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** What was kept, or nothing. */
  GpuTuning load() {
    if (path.isEmpty()) {
      return GpuTuning.NONE;
    }
    try {
      Map<String, Tile> tiles = new HashMap<>();
      for (String line : Files.readAllLines(path.get())) {
        read(line.strip(), tiles);
      }
      return new GpuTuning(tiles);
    } catch (NoSuchFileException nothingMeasured) {
      return GpuTuning.NONE;
    } catch (IOException failed) {
      LOG.warn("{} cannot be read, so tiles are the usual ones: {}", path.get(), reason(failed));
      return GpuTuning.NONE;
    }
  }

  private void read(String line, Map<String, Tile> tiles) {
    int equals = line.indexOf('=');
    if (line.isEmpty() || line.startsWith("#")) {
      return;
    }
    try {
      tiles.put(line.substring(0, equals), Tile.valueOf(line.substring(equals + 1)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException unknown) {
      LOG.warn("'{}' in {} means nothing to this version; tune again", line, path.orElseThrow());
    }
  }

  /**
   * Replaces what was kept.
   *
   * @throws IOException when the file or its folder cannot be written; the message says why
   */
  void store(GpuTuning tuning, GpuDevice device) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("# Tiles that were measured to be the fastest on " + device.name());
    lines.add("# of " + device.vendor() + ", driver " + device.driver());
    new TreeMap<>(tuning.tiles()).forEach((key, tile) -> lines.add(key + "=" + tile));
    byte[] bytes = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    Path file = path.orElseThrow();
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      AtomicFile.write(file, channel -> write(channel, bytes));
    } catch (IOException failed) {
      throw new IOException(file + " cannot be written: " + reason(failed), failed);
    }
  }

  private static void write(WritableByteChannel channel, byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }

  private static String reason(IOException failed) {
    return failed.getClass().getSimpleName() + " " + failed.getMessage();
  }
}
