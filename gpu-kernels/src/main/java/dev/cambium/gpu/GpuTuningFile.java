package dev.cambium.gpu;

import dev.cambium.runtime.AtomicFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the tuning of one device is kept: a file of properties in a folder, with the device's name
 * and a hash of all that tells it from others in its own name. It is replaced as a whole; one that
 * is damaged, or of other kernels, counts as none.
 */
final class GpuTuningFile {
  private static final Logger LOG = LoggerFactory.getLogger(GpuTuningFile.class);

  /** Goes up when the kernels change so that what was measured no longer holds. */
  private static final String KERNELS = "1";

  private static final String KERNELS_KEY = "kernels";

  private final Path file;

  /** The file of a device in a folder. */
  GpuTuningFile(Path folder, GpuDevice device) {
    this.file = folder.resolve(name(device) + ".properties");
  }

  /**
   * What the setting {@code tuning} says: a folder, or {@code off}; by default {@code
   * cambium/tuning} in {@code $XDG_CACHE_HOME} or {@code ~/.cache}.
   *
   * @return the file, or null where nothing is kept
   * @throws IllegalArgumentException when the setting cannot be a folder
   */
  static GpuTuningFile of(GpuPlatform gpu) {
    return folder(gpu).map(folder -> new GpuTuningFile(folder, gpu.device())).orElse(null);
  }

  /** The folder that the setting names; empty where nothing is kept. */
  static Optional<Path> folder(GpuPlatform gpu) {
    return CacheLocation.of(
        gpu.device().backend() + ".tuning", gpu.setting("tuning", ""), "tuning");
  }

  /** What tells a device's files from those of others. */
  static String name(GpuDevice device) {
    String all =
        String.join(
            "\n",
            device.backend(),
            device.name(),
            device.vendor(),
            device.driver(),
            device.computeUnits() + " units",
            device.localBytes() + " bytes of local memory");
    String readable = device.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    String brief = readable.substring(0, Math.min(readable.length(), 40));
    return device.backend() + "-" + brief + "-" + hash(all);
  }

  /** What tells files that depend on the kernels and something more from others. */
  static String hashWithKernels(String more) {
    return hash(KERNELS + "\n" + more);
  }

  private static String hash(String text) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(all, 0, 6);
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException("every Java has SHA-256", never);
    }
  }

  /** The file itself. */
  Path path() {
    return file;
  }

  /**
   * What is kept; {@link GpuTuning#NONE} where there is nothing, or with a warning nothing whole.
   */
  GpuTuning read() {
    try {
      Properties read = new Properties();
      read.load(new StringReader(Files.readString(file)));
      return tuning(read);
    } catch (NoSuchFileException none) {
      return GpuTuning.NONE;
    } catch (IOException | IllegalArgumentException damaged) {
      LOG.warn(
          "the tuning in {} is not used ({}); tune again to replace it, or delete it",
          file,
          damaged.toString());
      return GpuTuning.NONE;
    }
  }

  private static GpuTuning tuning(Properties read) {
    if (!KERNELS.equals(read.getProperty(KERNELS_KEY))) {
      throw new IllegalArgumentException(
          "it is for kernels " + read.getProperty(KERNELS_KEY) + ", not " + KERNELS);
    }
    Map<String, Tile> tiles = new HashMap<>();
    Map<String, WideTile> wide = new HashMap<>();
    for (String key : read.stringPropertyNames()) {
      String variant = read.getProperty(key).strip();
      if (key.equals(GpuTuning.WIDE)) {
        wide.put(key, WideTile.valueOf(variant));
      } else if (!key.equals(KERNELS_KEY)) {
        tiles.put(key, Tile.valueOf(variant));
      }
    }
    return new GpuTuning(tiles, wide);
  }

  /**
   * Replaces what is kept.
   *
   * @throws IOException when the folder cannot be written; what was there stays
   */
  void write(GpuTuning tuning) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("# The fastest variants of Cambium's kernels on this device, for those that run")
        .append(" without tuning.\n")
        .append(KERNELS_KEY)
        .append('=')
        .append(KERNELS)
        .append('\n');
    Map<String, Enum<?>> all = new TreeMap<>(tuning.tiles());
    all.putAll(tuning.wide());
    all.forEach((key, tile) -> text.append(key).append('=').append(tile.name()).append('\n'));
    Files.createDirectories(file.getParent());
    ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }
}
