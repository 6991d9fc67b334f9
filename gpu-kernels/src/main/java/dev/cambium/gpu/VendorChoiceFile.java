package dev.cambium.gpu;

import dev.cambium.runtime.AtomicFile;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where it is kept which operation runs by which library on one device: a file of properties beside
 * that of {@link GpuTuningFile}, with a hash of device, driver and libraries in its name. It is
 * replaced as a whole; one that is damaged counts as none.
 */
final class VendorChoiceFile {
  private static final Logger LOG = LoggerFactory.getLogger(VendorChoiceFile.class);

  private final Path file;
  private boolean warned;

  /** The file in a folder. */
  VendorChoiceFile(Path folder, GpuDevice device, String libraries) {
    this.file = folder.resolve(GpuTuningFile.name(device, libraries) + "-libraries.properties");
  }

  /** The file itself. */
  Path path() {
    return file;
  }

  /** What is kept, by operation. */
  Map<String, String> read() {
    try {
      Properties read = new Properties();
      read.load(new StringReader(Files.readString(file)));
      Map<String, String> choices = new TreeMap<>();
      read.stringPropertyNames().forEach(key -> choices.put(key, read.getProperty(key).strip()));
      return choices;
    } catch (NoSuchFileException none) {
      LOG.debug("{} is not there yet", file);
    } catch (IOException | IllegalArgumentException damaged) {
      LOG.warn(
          "what was measured of libraries, in {}, is not used ({}); it is measured again",
          file,
          damaged.toString());
    }
    return Map.of();
  }

  /** Adds to what is kept; warns once when that is not possible. */
  void add(Map<String, String> choices) {
    Properties all = new Properties();
    all.putAll(read());
    all.putAll(choices);
    try {
      ByteBuffer bytes = ByteBuffer.wrap(text(all).getBytes(StandardCharsets.UTF_8));
      Files.createDirectories(file.getParent());
      AtomicFile.write(
          file,
          channel -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
    } catch (IOException failed) {
      if (!warned) {
        warned = true;
        LOG.warn(
            "what was measured of libraries could not be kept in {} ({}); the next run measures"
                + " again, and may choose otherwise",
            file,
            failed.toString());
      }
    }
  }

  /** Sorted, and without the time, so that the same choices are the same file. */
  private static String text(Properties all) throws IOException {
    StringWriter lines = new StringWriter();
    all.store(lines, null);
    return "# Whose kernel is fastest for an operation on this device; delete it to measure again.\n"
        + lines
            .toString()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .sorted()
            .collect(Collectors.joining("\n", "", "\n"));
  }

  /** Forgets everything. */
  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failed) {
      LOG.warn("{} could not be deleted ({}); delete it to measure again", file, failed.toString());
    }
  }
}
