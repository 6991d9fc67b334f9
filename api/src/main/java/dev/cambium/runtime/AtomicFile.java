package dev.cambium.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces a file whole or not at all: the content goes to a temporary file in the same folder, is
 * forced to the disk, and takes the target's name by one rename. Whoever opens the target sees the
 * old content or the new, never a mixture; when the disk is full, or anything else fails, the
 * target keeps its bytes and the temporary file is removed. Only a killed process leaves one
 * behind, under a name that ends with {@value #SUFFIX}.
 */
public final class AtomicFile {
  /** How the names of temporary files end. */
  public static final String SUFFIX = ".tmp";

  private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);

  private AtomicFile() {}

  /** What is to stand in the file. */
  @FunctionalInterface
  public interface Content {
    /** Writes everything into {@code channel}; a failure leaves the target as it was. */
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  /**
   * Replaces {@code target}, or creates it, with what {@code content} writes.
   *
   * @throws IOException when the content, the disk or the rename fails; the message names the
   *     target and the reason, and the target is as before
   */
  public static void write(Path target, Content content) throws IOException {
    write(target, content, UnaryOperator.identity());
  }

  /**
   * Replaces {@code target}, or creates it, with these bytes.
   *
   * @throws IOException as {@link #write(Path, Content)}
   */
  public static void write(Path target, byte[] bytes) throws IOException {
    write(
        target,
        channel -> {
          ByteBuffer rest = ByteBuffer.wrap(bytes);
          while (rest.hasRemaining()) {
            channel.write(rest);
          }
        });
  }

  /** As {@link #write(Path, Content)}, through a channel that a test can make fail. */
  static void write(Path target, Content content, UnaryOperator<WritableByteChannel> disk)
      throws IOException {
    Path folder = target.toAbsolutePath().getParent();
    if (folder == null) {
      throw new FileSystemException(target.toString(), null, "is the root folder, not a file");
    }
    Path temporary = folder.resolve(target.getFileName() + "." + UUID.randomUUID() + SUFFIX);
    try {
      try (FileChannel file =
          FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        content.writeTo(disk.apply(file));
        file.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      remove(temporary, e);
      throw failure(target, e);
    } catch (RuntimeException | Error e) {
      remove(temporary, e);
      throw e;
    }
    forceRename(folder);
  }

  /**
   * Why {@code failure} happened, in words: the system's where it gave any, else those for the kind
   * of exception ({@link java.nio.file.NoSuchFileException} carries nothing but a path).
   */
  public static String reason(IOException failure) {
    if (failure instanceof FileSystemException named) {
      if (named.getReason() != null) {
        return named.getReason();
      } else if (failure instanceof AccessDeniedException) {
        return "permission denied: " + named.getFile();
      } else if (failure instanceof NoSuchFileException) {
        return "no such file or folder: " + named.getFile();
      } else if (failure instanceof FileAlreadyExistsException) {
        return "a file stands where a folder is needed: " + named.getFile();
      }
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  private static void remove(Path temporary, Throwable cause) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private static IOException failure(Path target, IOException cause) {
    FileSystemException failure =
        new FileSystemException(
            target.toString(),
            null,
            "could not be written ("
                + reason(cause)
                + "); "
                + (Files.exists(target)
                    ? "the file there is unchanged"
                    : "nothing was left there"));
    failure.initCause(cause);
    return failure;
  }

  /** Makes the rename itself survive a power cut, where the system lets a folder be forced. */
  private static void forceRename(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      LOG.debug("the folder {} cannot be forced to the disk: {}", folder, e.toString());
    }
  }
}
