package dev.cambium.gpu;

import dev.cambium.runtime.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A native library in a jar, unpacked for those who would do it badly: JOCL and JCuda unpack theirs
 * under a fixed name in the folder for temporary files, where a second process that starts at the
 * same moment finds half of it. They take what lies there under that name already.
 */
public final class BundledLibrary {
  private BundledLibrary() {}

  /**
   * Puts {@code /lib/FILE} of a jar into the folder for temporary files, whole or not at all,
   * unless it lies there already.
   *
   * @param owner a class of the jar's class path
   * @param fileName what it is called in both places
   * @return where it lies; empty when no jar has it
   * @throws IOException when the folder cannot be written, with the file or the folder
   */
  public static Optional<Path> unpack(Class<?> owner, String fileName) throws IOException {
    return unpack(owner, fileName, Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** The same, into another folder. */
  static Optional<Path> unpack(Class<?> owner, String fileName, Path folder) throws IOException {
    try (InputStream in = owner.getResourceAsStream("/lib/" + fileName)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] library = in.readAllBytes();
      Path target = folder.resolve(fileName);
      if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), library)) {
        Files.createDirectories(folder);
        AtomicFile.write(target, channel -> HostBytes.writeAll(ByteBuffer.wrap(library), channel));
      }
      return Optional.of(target);
    }
  }

  /** What to do when a library that is unpacked cannot be written or loaded. */
  public static String advice() {
    return "check that the folder for temporary files, "
        + System.getProperty("java.io.tmpdir")
        + ", can be written and may hold libraries, or choose another with"
        + " -Djava.io.tmpdir=FOLDER";
  }
}
