package dev.cambium.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A binary file, compressed by gzip or not (its first two bytes tell, not its name), read from the
 * front. Errors become {@link DatasetException} with the file's name.
 */
final class DataFile implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final Path path;
  private final InputStream in;
  private long position;

  private DataFile(Path path, InputStream in) {
    this.path = path;
    this.in = in;
  }

  static DataFile open(Path path) {
    InputStream raw = null;
    try {
      raw = new BufferedInputStream(Files.newInputStream(path), BUFFER);
      raw.mark(2);
      boolean gzip = raw.read() == 0x1F && raw.read() == 0x8B;
      raw.reset();
      return new DataFile(path, gzip ? new GZIPInputStream(raw, BUFFER) : raw);
    } catch (IOException e) {
      closeAfter(raw, e);
      throw failure(path, e);
    }
  }

  private static void closeAfter(InputStream in, IOException e) {
    if (in != null) {
      try {
        in.close();
      } catch (IOException second) {
        e.addSuppressed(second);
      }
    }
  }

  /** The one of the names, or of the names with {@code .gz}, that the folder has. */
  static Path find(Path folder, List<String> names) {
    List<String> candidates = new ArrayList<>();
    for (String name : names) {
      candidates.add(name);
      candidates.add(name + ".gz");
    }
    for (String candidate : candidates) {
      if (Files.isRegularFile(folder.resolve(candidate))) {
        return folder.resolve(candidate);
      }
    }
    throw new DatasetException(
        "%s has none of the files %s; put one there or name another folder"
            .formatted(folder, String.join(", ", candidates)));
  }

  static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(
          (Files.exists(folder) ? "%s is a file, not a folder" : "there is no folder %s")
                  .formatted(folder)
              + "; name the folder that has the data");
    }
  }

  Path path() {
    return path;
  }

  /** Uncompressed bytes read so far. */
  long position() {
    return position;
  }

  /** Fills {@code into} from the file, as far as the file goes; returns the bytes read. */
  int read(byte[] into) {
    try {
      int count = in.readNBytes(into, 0, into.length);
      position += count;
      return count;
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  private static DatasetException failure(Path path, IOException e) {
    if (e instanceof ZipException || e instanceof EOFException) {
      return new DatasetException(
          "%s is a damaged gzip file (%s); fetch it again".formatted(path, e.getMessage()), e);
    }
    if (e instanceof NoSuchFileException) {
      return new DatasetException("there is no file " + path, e);
    }
    return new DatasetException("%s cannot be read (%s)".formatted(path, e), e);
  }
}
