package dev.cambium.gpu;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where it is kept which operation runs by which library on one device: a file of properties beside
 * that of {@link GpuTuningFile}, with a hash of kernels and libraries behind that of the device in
 * its name. Choices are added at its end; one that is damaged counts as none, and is begun anew.
 */
final class VendorChoiceFile {
  private static final Logger LOG = LoggerFactory.getLogger(VendorChoiceFile.class);

  private static final String SUFFIX = "-libraries.properties";

  private final Path file;
  private boolean warned;
  private boolean damaged;
  private boolean begun;

  /** The file in a folder. */
  VendorChoiceFile(Path folder, GpuDevice device, String libraries) {
    this.file =
        folder.resolve(
            GpuTuningFile.name(device) + "-" + GpuTuningFile.hashWithKernels(libraries) + SUFFIX);
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
    } catch (IOException | IllegalArgumentException unreadable) {
      LOG.warn(
          "what was measured of libraries, in {}, is not used ({}); it is measured again",
          file,
          unreadable.toString());
      damaged = true;
    }
    return Map.of();
  }

  /**
   * Adds a choice at the end, which is cheap however many there are; warns once when that is not
   * possible. The last line of a key counts, so that several processes may add.
   */
  void add(String key, String choice) {
    try {
      Files.createDirectories(file.getParent());
      if (damaged) {
        Files.deleteIfExists(file);
        damaged = false;
      }
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        ByteBuffer bytes =
            ByteBuffer.wrap(
                (before(channel.size() == 0) + line(key, choice)).getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
      begun = true;
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

  /** An earlier process may have ended within its last line: the first here ends that. */
  private String before(boolean isEmpty) {
    if (isEmpty) {
      return "# Whose kernel is fastest for an operation on this device; delete it to measure again.\n";
    }
    return begun ? "" : "\n";
  }

  private static String line(String key, String choice) throws IOException {
    Properties one = new Properties();
    one.setProperty(key, choice);
    StringWriter lines = new StringWriter();
    one.store(lines, null);
    return lines
        .toString()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** Forgets what is kept of a device, with whatever libraries and settings it was measured. */
  static void deleteAll(Path folder, GpuDevice device) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    String pattern = GpuTuningFile.name(device) + "-*" + SUFFIX;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
      for (Path each : files) {
        Files.deleteIfExists(each);
      }
    } catch (IOException | DirectoryIteratorException failed) {
      LOG.warn(
          "{} in {} could not be deleted ({}); delete them to measure again",
          pattern,
          folder,
          failed.toString());
    }
  }
}
