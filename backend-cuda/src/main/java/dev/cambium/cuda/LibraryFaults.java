package dev.cambium.cuda;

import dev.cambium.gpu.VendorException;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the statuses of a library into exceptions; a device that was lost goes before. */
final class LibraryFaults {
  private static final Logger LOG = LoggerFactory.getLogger(LibraryFaults.class);

  private final CudaContext context;
  private final String library;
  private final IntFunction<String> words;
  private final IntPredicate unsupported;

  /**
   * Those of a library.
   *
   * @param words what a status means
   * @param unsupported whether a status says no more than that this cannot be done
   */
  LibraryFaults(
      CudaContext context, String library, IntFunction<String> words, IntPredicate unsupported) {
    this.context = context;
    this.library = library;
    this.words = words;
    this.unsupported = unsupported;
  }

  /** What becomes of the statuses of one call. */
  IntConsumer of(String call) {
    return status -> check(status, call);
  }

  /**
   * Throws unless a call succeeded.
   *
   * @throws VendorException when it did not, with the device still there
   */
  void check(int status, String call) {
    if (status != 0) {
      if (!unsupported.test(status)) {
        requireDevice();
      }
      throw new VendorException(library, call, words(status), unsupported.test(status));
    }
  }

  /** Whether a call succeeded that may be refused: what it was asked for is not done then. */
  boolean accepts(int status, String call) {
    if (unsupported.test(status)) {
      LOG.debug("{} of {} says {}", call, library, words(status));
      return false;
    }
    check(status, call);
    return true;
  }

  private String words(int status) {
    return "'" + words.apply(status) + "' (status " + status + ")";
  }

  /**
   * Any call of the driver tells of a lost device; nothing forbids this one in a recording. A
   * driver that does so all the same ends the recording, and the step runs without one.
   */
  private void requireDevice() {
    long[] bytes = new long[2];
    context.faults().note(context.driver().memGetInfo(bytes, new long[1]), "cuMemGetInfo");
    context.faults().requireDevice();
  }
}
