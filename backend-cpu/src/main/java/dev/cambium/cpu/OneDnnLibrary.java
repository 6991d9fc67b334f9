package dev.cambium.cpu;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads oneDNN and the OpenMP runtime behind it. By default a thread of GNU's runtime that waits
 * for others spins for milliseconds before it sleeps; on a machine with other work that takes the
 * processor from the very thread that is waited for. The spinning is cut to some 100 microseconds,
 * which is still longer than the gap between two primitives; who sets GOMP_SPINCOUNT or
 * OMP_WAIT_POLICY decides otherwise.
 */
final class OneDnnLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(OneDnnLibrary.class);
  private static final String SPIN_COUNT = "GOMP_SPINCOUNT";
  private static final String SPINS = "5000";

  private OneDnnLibrary() {}

  /**
   * Loads it, once.
   *
   * @return the file of a library that depends on oneDNN and on its OpenMP runtime
   * @throws LinkageError when it does not load
   */
  static synchronized String load() {
    boolean limit =
        Platform.isLinux()
            && System.getenv(SPIN_COUNT) == null
            && System.getenv("OMP_WAIT_POLICY") == null;
    if (limit) {
      call("setenv", SPIN_COUNT, SPINS, 1);
    }
    try {
      return Loader.load(dnnl.class);
    } finally {
      if (limit) {
        call("unsetenv", SPIN_COUNT);
      }
    }
  }

  /** The runtime reads the process's environment when it is loaded, and never again. */
  private static void call(String function, Object... arguments) {
    int status = Function.getFunction("c", function).invokeInt(arguments);
    LOG.debug("{} of {} gave {}", function, SPIN_COUNT, status);
  }
}
