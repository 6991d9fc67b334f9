package dev.cambium.opencl;

import dev.cambium.gpu.HostBytes;
import dev.cambium.runtime.AtomicFile;
import dev.cambium.spi.BackendUnavailableException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jocl.LibUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads {@code libOpenCL} and JOCL's own library. Two things are done before JOCL does anything, as
 * it does them badly: where there is no libOpenCL, its native code writes to the standard output;
 * and it unpacks its library under a fixed name in the folder for temporary files, where a second
 * process that starts at the same moment finds half of it.
 */
final class OpenClLibrary {
  private static final Logger LOG = LoggerFactory.getLogger(OpenClLibrary.class);

  /** JOCL's name for its library, which has its version in it. */
  private static final String JOCL = "JOCL_2_0_6";

  private static final Path LOADER_CACHE = Path.of("/etc/ld.so.cache");
  private static final Pattern ENTRY = Pattern.compile("/[ -~]*/libOpenCL\\.so[.0-9]*");
  private static final String[] NAMES = {"libOpenCL.so.1", "libOpenCL.so"};
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

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
      unpack();
      Class.forName("org.jocl.CL");
    } catch (ClassNotFoundException | LinkageError | IOException failed) {
      throw new BackendUnavailableException(
          "JOCL does not load ("
              + String.valueOf(failed.getMessage()).lines().findFirst().orElse("")
              + "); check that the folder for temporary files, "
              + System.getProperty("java.io.tmpdir")
              + ", can be written and may hold libraries, or choose another with"
              + " -Djava.io.tmpdir=FOLDER",
          failed);
    }
  }

  /** Looks where the system's loader looks; JOCL then asks that loader. */
  private static void requireLibrary() {
    String missing = null;
    for (Path candidate : candidates()) {
      if (isLibrary(candidate)) {
        return;
      }
      missing = missing == null ? candidate + " is no library; " : missing;
    }
    throw new BackendUnavailableException(
        (missing == null ? "there is no libOpenCL; " : missing)
            + "install it: on Debian and Ubuntu 'apt-get install ocl-icd-libopencl1', with a driver"
            + " beside it ('pocl-opencl-icd' for the processor, for a GPU the driver of its"
            + " maker)");
  }

  private static Set<Path> candidates() {
    Set<Path> found = new LinkedHashSet<>();
    String folders = System.getenv().getOrDefault("LD_LIBRARY_PATH", "");
    if (!folders.isEmpty()) {
      for (String folder : folders.split(File.pathSeparator)) {
        addLibraries(folder.isEmpty() ? "." : folder, found);
      }
    }
    if (!found.isEmpty()) {
      // The loader takes the first that it finds, and does not go on when that one is broken.
      return found;
    }
    addCached(found);
    String machine = System.getProperty("os.arch").replace("amd64", "x86_64") + "-linux-gnu";
    for (String folder : new String[] {"/lib", "/usr/lib"}) {
      addLibraries(folder + "/" + machine, found);
      addLibraries(folder + "64", found);
      addLibraries(folder, found);
    }
    return found;
  }

  private static void addLibraries(String folder, Set<Path> found) {
    for (String name : NAMES) {
      File candidate = new File(folder, name);
      if (candidate.exists()) {
        found.add(candidate.toPath());
      }
    }
  }

  /** The paths stand in the loader's list as they are, between bytes that no path has. */
  private static void addCached(Set<Path> found) {
    try {
      String list = Files.readString(LOADER_CACHE, StandardCharsets.ISO_8859_1);
      Matcher entry = ENTRY.matcher(list);
      while (entry.find()) {
        found.add(Path.of(entry.group()));
      }
    } catch (IOException none) {
      LOG.debug("the list of the system's libraries cannot be read: {}", none.toString());
    }
  }

  private static boolean isLibrary(Path candidate) {
    try (InputStream in = Files.newInputStream(candidate)) {
      return Arrays.equals(in.readNBytes(ELF.length), ELF);
    } catch (IOException unreadable) {
      LOG.debug("{} cannot be read: {}", candidate, unreadable.toString());
      return false;
    }
  }

  /** What JOCL's library for this machine is called. */
  static String fileName() {
    return LibUtils.createLibraryFileName(LibUtils.createPlatformLibraryName(JOCL));
  }

  private static void unpack() throws IOException {
    try (InputStream in = LibUtils.class.getResourceAsStream("/lib/" + fileName())) {
      if (in != null) {
        byte[] library = in.readAllBytes();
        Path target = Path.of(System.getProperty("java.io.tmpdir"), fileName());
        if (!Files.exists(target) || !Arrays.equals(Files.readAllBytes(target), library)) {
          Files.createDirectories(target.getParent());
          AtomicFile.write(
              target, channel -> HostBytes.writeAll(ByteBuffer.wrap(library), channel));
        }
      }
    }
  }
}
