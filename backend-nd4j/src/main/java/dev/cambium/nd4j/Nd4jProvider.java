package dev.cambium.nd4j;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Device;
import dev.cambium.spi.Probe;
import java.util.List;

/**
 * Makes ND4J's processor backend ({@code org.nd4j:nd4j-native}) known as {@code nd4j}. It is never
 * chosen before {@code cpu}, which is much faster. Settings: {@code nd4j.memoryLimit}, the bytes of
 * buffers that it gives out at most, without a limit by default. ND4J itself reads OMP_NUM_THREADS
 * for its number of threads.
 */
public final class Nd4jProvider implements BackendProvider {
  /** What is missing where ND4J finds nothing that computes. */
  static final String NO_BACKEND =
      "org.nd4j:nd4j-api is on the class path without a backend of ND4J's; add"
          + " org.nd4j:nd4j-native and org.bytedeco:openblas, each once plain and once with the"
          + " classifier of this platform, or start by ./cambium COMMAND --backend nd4j, which"
          + " fetches them";

  private static final String NAME = "nd4j";

  /** Below that of the cpu backend. */
  private static final int SPEED = 1;

  /** Touches no native code. */
  public Nd4jProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Probe probe() {
    try {
      return Probe.available(List.of(new Device("0", load(), SPEED)));
    } catch (BackendUnavailableException missing) {
      return Probe.unavailable(missing.getMessage());
    }
  }

  @Override
  public Backend open(BackendConfig config) {
    if (!config.device().isEmpty() && !config.device().equals("0")) {
      throw new IllegalArgumentException(
          "device of the nd4j backend must be 0 or empty, got " + config.device());
    }
    long memoryLimit = config.memoryLimit(NAME);
    load();
    return new Nd4jBackend(memoryLimit);
  }

  /** Loads ND4J; what is missing is said here, where no class of ND4J's is needed. */
  private static String load() {
    try {
      return Nd4jLibrary.load();
    } catch (BackendUnavailableException explained) {
      throw explained;
    } catch (LinkageError | RuntimeException failed) {
      throw new BackendUnavailableException(explain(failed), failed);
    }
  }

  /** The innermost reason, and what to do about it. */
  static String explain(Throwable failed) {
    Throwable reason = failed;
    while (reason.getCause() != null) {
      reason = reason.getCause();
    }
    String what = reason.getClass().getSimpleName() + ": " + reason.getMessage();
    if (reason.getClass().getSimpleName().equals("NoAvailableBackendException")) {
      return NO_BACKEND;
    }
    return "ND4J does not load ("
        + what
        + "); put org.nd4j:nd4j-api, org.nd4j:nd4j-native and org.bytedeco:openblas on the class"
        + " path, the last two also with the classifier of this platform, and check that"
        + " ~/.javacpp/cache can be written; ./cambium COMMAND --backend nd4j fetches all of them";
  }
}
