package dev.cambium.cuda;

import dev.cambium.gpu.BundledLibrary;
import dev.cambium.gpu.SystemLibrary;
import dev.cambium.spi.BackendUnavailableException;
import java.io.IOException;
import java.util.Iterator;
import jcuda.JCudaVersion;
import jcuda.LibUtils;

/**
 * Loads {@code libcuda}, which NVIDIA's driver brings, and JCuda's own library. Two things are done
 * before JCuda does anything: where there is no libcuda, its failure is a page of stack traces; and
 * how it unpacks its library, see {@link BundledLibrary}.
 */
final class CudaLibrary {
  /** The driver of the first CUDA 12, and the first that takes the version of the kernels' PTX. */
  static final String DRIVER = "install NVIDIA's driver 525 or newer";

  private static final String LAST_TRACE = "as a resource:";

  private CudaLibrary() {}

  /** JCuda's classes are initialised once in a process, and fail for ever when they fail once. */
  private static final class Initialised {
    /** Null when it worked. */
    private static final LinkageError FAILURE = initialise();

    private Initialised() {}

    private static LinkageError initialise() {
      try {
        Class.forName("jcuda.driver.JCudaDriver");
        return null;
      } catch (LinkageError failed) {
        return failed;
      } catch (ClassNotFoundException missing) {
        return new NoClassDefFoundError(missing.getMessage());
      }
    }
  }

  /**
   * Loads both; a second call does nothing.
   *
   * @throws BackendUnavailableException when one of them is not there, with how to get it
   */
  static void load() {
    if (System.getProperty("os.name").startsWith("Linux")) {
      requireDriver();
    }
    unpack();
    if (Initialised.FAILURE != null) {
      throw doesNotLoad(reason(Initialised.FAILURE), Initialised.FAILURE);
    }
  }

  /** Looks where the system's loader looks; JCuda's library then asks that loader. */
  private static void requireDriver() {
    SystemLibrary driver = new SystemLibrary("libcuda.so.1");
    if (driver.find().isEmpty()) {
      throw new BackendUnavailableException(
          driver.absence()
              + "; it comes with the driver of NVIDIA GPUs: where there is such a GPU, "
              + DRIVER
              + " (no toolkit is needed), and start a container with the GPU in it ('docker run"
              + " --gpus all')");
    }
  }

  private static void unpack() {
    try {
      if (BundledLibrary.unpack(LibUtils.class, fileName()).isEmpty()) {
        throw new BackendUnavailableException(
            "there is no "
                + fileName()
                + " on the class path: add org.jcuda:jcuda-natives:"
                + JCudaVersion.get()
                + " with the classifier of this machine, linux-x86_64 or windows-x86_64; for other"
                + " machines JCuda has none, take the opencl backend there");
      }
    } catch (IOException failed) {
      throw doesNotLoad(String.valueOf(failed.getMessage()), failed);
    }
  }

  private static BackendUnavailableException doesNotLoad(String reason, Throwable cause) {
    return new BackendUnavailableException(
        "JCuda does not load ("
            + reason
            + "); "
            + (reason.contains("libcuda.so") ? DRIVER : BundledLibrary.advice()),
        cause);
  }

  /** JCuda writes both of its attempts into one message; the last one says what is missing. */
  private static String reason(LinkageError failed) {
    String message = String.valueOf(failed.getMessage());
    Iterator<String> lines = message.lines().iterator();
    while (lines.hasNext()) {
      if (lines.next().endsWith(LAST_TRACE) && lines.hasNext()) {
        return lines.next();
      }
    }
    return message.lines().findFirst().orElse("");
  }

  /** What JCuda's library for this machine is called. */
  static String fileName() {
    return LibUtils.createLibraryFileName(
        LibUtils.createPlatformLibraryName("JCudaDriver-" + JCudaVersion.get()));
  }
}
