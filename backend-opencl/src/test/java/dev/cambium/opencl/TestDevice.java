package dev.cambium.opencl;

import static org.junit.jupiter.api.Assertions.fail;

import dev.cambium.gpu.GpuBackend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendUnavailableException;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The device that tests run on: the fastest. */
public final class TestDevice {
  /** The environment variable, {@code true} where it is an error that tests do not run. */
  static final String REQUIRED = "CAMBIUM_OPENCL_REQUIRED";

  private TestDevice() {}

  /**
   * A backend on the device; where there is none, the test counts as skipped, with the reason, or
   * fails.
   */
  public static GpuBackend openBackend(Map<String, String> settings) {
    require();
    return (GpuBackend) new OpenClProvider().open(new BackendConfig("", settings));
  }

  /** The device; where there is none, the test counts as skipped, with the reason, or fails. */
  static OpenClDevice require() {
    try {
      return OpenClDevices.find().choose("");
    } catch (BackendUnavailableException none) {
      String message = "needs a device of OpenCL: " + none.getMessage();
      if ("true".equals(System.getenv(REQUIRED))) {
        fail(message);
      }
      return Assumptions.abort("NOT RUN, " + message);
    }
  }

  /** A context without a cache. */
  static OpenClContext open() {
    return open(new OpenClProgramCache(null, 0));
  }

  /** A context with this cache. */
  static OpenClContext open(OpenClProgramCache cache) {
    return new OpenClContext(require(), cache);
  }
}
