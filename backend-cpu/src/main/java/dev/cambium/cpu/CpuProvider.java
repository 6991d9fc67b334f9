package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import dev.cambium.spi.BackendUnavailableException;
import dev.cambium.spi.Device;
import dev.cambium.spi.Probe;
import java.util.List;
import org.bytedeco.dnnl.dnnl_version_t;

/**
 * Makes the processor known as {@code cpu}. Settings: {@code cpu.threads} (system property {@code
 * cambium.cpu.threads}), the number of threads, by default one per processor; {@code
 * cpu.memoryLimit}, the bytes of buffers that it gives out at most, without a limit by default;
 * {@code leaks} = {@code trace} warns about memory that was not closed.
 */
public final class CpuProvider implements BackendProvider {
  private static final int SPEED = 10;

  /** Touches no native code. */
  public CpuProvider() {}

  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Probe probe() {
    try {
      OneDnnLibrary.load();
      int processors = Runtime.getRuntime().availableProcessors();
      dnnl_version_t version = dnnl_version();
      String description =
          System.getProperty("os.arch")
              + ", "
              + processors
              + (processors == 1 ? " processor" : " processors")
              + ", oneDNN "
              + version.major()
              + "."
              + version.minor()
              + "."
              + version.patch();
      return Probe.available(List.of(new Device("0", description, SPEED)));
    } catch (LinkageError | RuntimeException failed) {
      return Probe.unavailable(explain(failed));
    }
  }

  @Override
  public Backend open(BackendConfig config) {
    if (!config.device().isEmpty() && !config.device().equals("0")) {
      throw new IllegalArgumentException(
          "device of the cpu backend must be 0 or empty, got " + config.device());
    }
    int threads = threads(config);
    long memoryLimit = config.memoryLimit(name());
    boolean traceLeaks = config.property("leaks").filter("trace"::equals).isPresent();
    try {
      return new CpuBackend(new CpuPlatform(threads, memoryLimit, traceLeaks));
    } catch (LinkageError | OneDnnException failed) {
      throw new BackendUnavailableException(explain(failed), failed);
    }
  }

  private static int threads(BackendConfig config) {
    String text =
        config
            .property("cpu.threads")
            .orElseGet(() -> Integer.toString(Runtime.getRuntime().availableProcessors()));
    int threads;
    try {
      threads = Integer.parseInt(text.strip());
    } catch (NumberFormatException notANumber) {
      threads = 0;
    }
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException(
          "cpu.threads must be a number from 1 to 1024, got '" + text + "'");
    }
    return threads;
  }

  private static String explain(Throwable failed) {
    return "the native library of oneDNN does not load ("
        + failed.getClass().getSimpleName()
        + ": "
        + failed.getMessage()
        + "); put org.bytedeco:dnnl, javacpp and opencl with the classifier of this platform on"
        + " the class path, and check that ~/.javacpp/cache can be written";
  }
}
