package dev.cambium.cpu;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Linux to back large blocks with pages of 2 MiB, where the system leaves the choice to the
 * program: a step streams through hundreds of megabytes, and each small page costs a look-up.
 */
final class HugePages {
  /** The size and alignment of such a page. */
  static final long BYTES = 1L << 21;

  private static final Logger LOG = LoggerFactory.getLogger(HugePages.class);
  private static final int MADV_HUGEPAGE = 14;

  private final Function advise;

  /** Finds the system call; where there is none, nothing is advised. */
  HugePages() {
    Function found = null;
    if (Platform.isLinux()) {
      try {
        found = Function.getFunction("c", "madvise");
      } catch (LinkageError absent) {
        LOG.debug("no madvise", absent);
      }
    }
    advise = found;
  }

  /** Whether a block of this size gains from large pages. */
  boolean suit(long size) {
    return advise != null && size >= 2 * BYTES;
  }

  /** Asks for the whole pages of a block that begins at a multiple of {@link #BYTES}. */
  void advise(long address, long size) {
    int status = advise.invokeInt(new Object[] {address, size / BYTES * BYTES, MADV_HUGEPAGE});
    LOG.debug("madvise of {} bytes gave {}", size, status);
  }
}
