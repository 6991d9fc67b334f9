package dev.cambium.examples;

import com.google.inject.ProvisionException;
import dev.cambium.data.DatasetException;
import dev.cambium.image.UnreadableImageException;
import dev.cambium.runtime.AtomicFile;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.DeviceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;

/**
 * What the launcher says of an exception: one line, and an exit status.
 *
 * @param message the line
 * @param status {@link #INPUT} where the user can do something about it, {@link #INTERNAL} where
 *     the program is at fault
 */
record Failure(String message, int status) {
  /** The status for what was wrong with options, data, files or the machine. */
  static final int INPUT = 2;

  /** The status for errors of the program. */
  static final int INTERNAL = 1;

  /** Of an exception. */
  static Failure of(Throwable thrown) {
    Throwable cause = root(thrown);
    if (cause instanceof FileSystemException e) {
      return new Failure(line(e.getFile() + ": " + AtomicFile.reason(e)), INPUT);
    }
    if (cause instanceof java.lang.OutOfMemoryError) {
      return new Failure(
          "the Java heap is too small: raise it with CAMBIUM_JAVA_OPTS=-Xmx8g, or use smaller"
              + " batches",
          INPUT);
    }
    if (cause instanceof IllegalArgumentException
        || cause instanceof DatasetException
        || cause instanceof UnreadableImageException
        || cause instanceof BackendUnavailableException
        || cause instanceof DeviceException
        || cause instanceof dev.cambium.spi.OutOfMemoryException
        || cause instanceof IOException) {
      return new Failure(line(cause.getMessage()), INPUT);
    }
    return new Failure(
        line("internal error: " + cause) + " (-Dcambium.debug shows where)", INTERNAL);
  }

  /** The exception without those that only carry it. */
  private static Throwable root(Throwable thrown) {
    boolean carrier =
        thrown instanceof ProvisionException || thrown instanceof UncheckedIOException;
    return carrier && thrown.getCause() != null ? root(thrown.getCause()) : thrown;
  }

  private static String line(String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
