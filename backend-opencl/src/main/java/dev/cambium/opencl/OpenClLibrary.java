package dev.cambium.opencl;

import dev.cambium.gpu.BundledLibrary;
import dev.cambium.gpu.SystemLibrary;
import dev.cambium.spi.BackendUnavailableException;
import java.io.IOException;
import org.jocl.LibUtils;

/**
 * Loads {@code libOpenCL} and JOCL's own library. Two things are done before JOCL does anything, as
 * it does them badly: where there is no libOpenCL, its native code writes to the standard output;
 * and how it unpacks its library, see {@link BundledLibrary}.
 */
final class OpenClLibrary {
  /** JOCL's name for its library, which has its version in it. */
  private static final String JOCL = "JOCL_2_0_6";

  private OpenClLibrary() {}

  /**
   * Loads both; a second call does nothing.
   *
   * @throws BackendUnavailableException when one of them is not there, with how to get it
   */
  static void load() {
    if (System.getProperty("os.name").startsWith("Linux")) {
      requireLibrary();
    }
    try {
      BundledLibrary.unpack(LibUtils.class, fileName());
      Class.forName("org.jocl.CL");
    } catch (ClassNotFoundException | LinkageError | IOException failed) {
      throw new BackendUnavailableException(
          "JOCL does not load ("
              + String.valueOf(failed.getMessage()).lines().findFirst().orElse("")
              + "); "
              + BundledLibrary.advice(),
          failed);
    }
  }

  private static void requireLibrary() {
    SystemLibrary library = new SystemLibrary("libOpenCL.so.1", "libOpenCL.so");
    if (library.find().isEmpty()) {
      throw new BackendUnavailableException(
          library.absence()
              + "; install it: on Debian and Ubuntu 'apt-get install ocl-icd-libopencl1', with a"
              + " driver beside it ('pocl-opencl-icd' for the processor, for a GPU the driver of its"
              + " maker)");
    }
  }

  /** What JOCL's library for this machine is called. */
  static String fileName() {
    return LibUtils.createLibraryFileName(LibUtils.createPlatformLibraryName(JOCL));
  }
}
