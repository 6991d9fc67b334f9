package dev.cambium.cpu;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OpenMP runtime that oneDNN is linked with. Its thread count is a property of the calling
 * thread, so that two backends with different counts live in one JVM.
 */
final class OpenMp {
  private static final Logger LOG = LoggerFactory.getLogger(OpenMp.class);

  private final NativeLibrary library;

  /**
   * Finds the runtime.
   *
   * @param oneDnnLibrary the file of a loaded library that depends on it
   */
  OpenMp(String oneDnnLibrary) {
    library = NativeLibrary.getInstance(oneDnnLibrary);
  }

  /** Sets the number of threads of the teams that the calling thread starts from now on. */
  void setThreads(int threads) {
    Optional<Function> set = function("omp_set_num_threads");
    if (set.isPresent()) {
      set.get().invokeVoid(new Object[] {threads});
    } else {
      LOG.warn(
          "no OpenMP runtime found behind {}: set OMP_NUM_THREADS={} to choose the thread count",
          library.getName(),
          threads);
    }
  }

  /** The number of threads of the calling thread's next team; 0 when unknown. */
  int threads() {
    return function("omp_get_max_threads").map(get -> get.invokeInt(new Object[0])).orElse(0);
  }

  private Optional<Function> function(String name) {
    try {
      // A dependency's symbols are found through the library that depends on it.
      return Optional.of(library.getFunction(name));
    } catch (UnsatisfiedLinkError absent) {
      LOG.debug("{} is not there", name, absent);
      return Optional.empty();
    }
  }
}
