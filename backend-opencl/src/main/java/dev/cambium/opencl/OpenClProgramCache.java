package dev.cambium.opencl;

import dev.cambium.gpu.CacheLocation;
import dev.cambium.gpu.HostBytes;
import dev.cambium.runtime.AtomicFile;
import dev.cambium.spi.BackendConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiled programs on the disk, so that only the first run on a device waits for its compiler.
 *
 * <p>An entry is a file: eight bytes that say what it is, the SHA-256 of the rest, and the rest.
 * Its name is the SHA-256 of all that decides about it. It is written under another name and
 * renamed, so any number of processes may fill one folder. An entry that is damaged counts as none
 * and is replaced. A folder that cannot be used costs time and a warning, nothing else.
 */
final class OpenClProgramCache {
  private static final Logger LOG = LoggerFactory.getLogger(OpenClProgramCache.class);
  private static final byte[] MAGIC = "CMBMCL01".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = MAGIC.length + 32;
  private static final String SUFFIX = ".clbin";
  private static final long MOST_BYTES = 256L << 20;

  private final Path folder;
  private final long mostBytes;
  private boolean failed;

  /**
   * A cache in a folder.
   *
   * @param folder the folder, made when it is needed; null for none
   * @param mostBytes beyond that the entries go whose last use is the longest ago
   */
  OpenClProgramCache(Path folder, long mostBytes) {
    this.folder = folder;
    this.mostBytes = mostBytes;
  }

  /**
   * What the setting {@code opencl.cache} says: a folder, or {@code off}; by default {@code
   * cambium/opencl} in {@code $XDG_CACHE_HOME} or {@code ~/.cache}, except with PoCL. That keeps
   * what it compiles itself, in the sizes in which kernels are launched; to make a whole program of
   * it takes it 0.8 to 1.5 s each, more than twenty runs win back.
   */
  static OpenClProgramCache of(BackendConfig config, OpenClDevice device) {
    String setting = config.property("opencl.cache").orElse("");
    if (setting.isBlank() && device.isPocl()) {
      return new OpenClProgramCache(null, 0);
    }
    return CacheLocation.of("opencl.cache", setting, "opencl")
        .map(folder -> new OpenClProgramCache(folder, MOST_BYTES))
        .orElseGet(() -> new OpenClProgramCache(null, 0));
  }

  /** The name of a program: the hash of whatever its binary depends on. */
  static String key(String source, String options, OpenClDevice device) {
    MessageDigest hash = sha256();
    List<String> parts =
        List.of(
            source,
            options,
            device.about().name(),
            device.about().vendor(),
            device.about().driver(),
            device.version(),
            device.platformName(),
            device.platformVersion());
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
      hash.update(bytes);
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  /** Whether anything can be kept. */
  boolean isOpen() {
    return folder != null && !failed;
  }

  /** The entry's content; null when there is none that is whole. */
  byte[] find(String key) {
    if (folder == null) {
      return null;
    }
    Path file = folder.resolve(key + SUFFIX);
    try {
      byte[] bytes = Files.readAllBytes(file);
      byte[] content = bytes.length < HEADER ? new byte[0] : content(bytes);
      if (!Arrays.equals(bytes, entry(content))) {
        LOG.debug("compiled kernels in {} are damaged: they are compiled anew", file);
        return null;
      }
      touch(file);
      return content;
    } catch (NoSuchFileException none) {
      return null;
    } catch (IOException unreadable) {
      warn(unreadable);
      return null;
    }
  }

  /** What is used last goes last when the folder is full. */
  private static void touch(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
    } catch (IOException readOnly) {
      LOG.debug("{} stays as old as it is: {}", file, readOnly.toString());
    }
  }

  private static byte[] content(byte[] entry) {
    return Arrays.copyOfRange(entry, HEADER, entry.length);
  }

  /** Keeps an entry, unless it is empty. */
  void keep(String key, byte[] content) {
    if (!isOpen() || content.length == 0) {
      return;
    }
    try {
      Files.createDirectories(folder);
      ByteBuffer entry = ByteBuffer.wrap(entry(content));
      AtomicFile.write(folder.resolve(key + SUFFIX), channel -> HostBytes.writeAll(entry, channel));
      CacheFolder.dropOldest(folder, SUFFIX, mostBytes);
    } catch (IOException full) {
      warn(full);
    }
  }

  private static byte[] entry(byte[] content) {
    byte[] hash = sha256().digest(content);
    return ByteBuffer.allocate(HEADER + content.length).put(MAGIC).put(hash).put(content).array();
  }

  private void warn(IOException failure) {
    if (!failed) {
      failed = true;
      LOG.warn(
          "compiled kernels are not kept in {}: {}; every run compiles them; choose another folder"
              + " with -Dcambium.opencl.cache=FOLDER, or off",
          folder,
          AtomicFile.reason(failure));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
