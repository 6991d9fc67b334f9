package dev.cambium.cuda;

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import java.util.Map;

/** A library of functions of C that was loaded from a file, and stays until the process ends. */
final class SharedLibrary {
  private static final int RTLD_LAZY = 0x1;
  private static final int RTLD_GLOBAL = 0x100;

  /** What such a library registers with the driver is not made to be taken back. */
  private static final int RTLD_NODELETE = 0x1000;

  private final NativeLibrary library;

  private SharedLibrary(NativeLibrary library) {
    this.library = library;
  }

  /**
   * Loads it, and what it needs beside it.
   *
   * @throws UnsatisfiedLinkError when the system's loader does not; its first line says why
   */
  static SharedLibrary open(Path file) {
    int flags = RTLD_LAZY | RTLD_GLOBAL | RTLD_NODELETE;
    try {
      return new SharedLibrary(
          NativeLibrary.getInstance(file.toString(), Map.of(Library.OPTION_OPEN_FLAGS, flags)));
    } catch (UnsatisfiedLinkError failed) {
      // JNA says that it failed, what the loader said, and where else it looked in vain.
      throw new UnsatisfiedLinkError(
          String.valueOf(failed.getMessage())
              .lines()
              .skip(1)
              .findFirst()
              .orElse("it does not load"));
    }
  }

  /**
   * One of its functions.
   *
   * @throws UnsatisfiedLinkError when it has none of the name
   */
  Function function(String name) {
    try {
      return library.getFunction(name);
    } catch (UnsatisfiedLinkError missing) {
      throw new UnsatisfiedLinkError("it has no function " + name);
    }
  }
}
