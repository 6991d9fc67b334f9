package dev.cambium.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.cambium.gpu.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * NVIDIA's driver and libraries, emulated: programs run in processes of their own, as a process
 * finds its driver when it starts.
 */
final class Emulator {
  /** The environment variable, {@code true} where it is an error that tests do not run. */
  static final String REQUIRED = "CAMBIUM_CUDA_EMULATOR_REQUIRED";

  private static final Path SCRIPT = Path.of("..", "scripts", "build-cuda-emulator.sh");
  private static final Path SOURCES = Path.of("src", "test", "emulator");

  /** What the surroundings of the tests may say of devices, the emulated and the real. */
  private static final List<String> VARIABLES =
      List.of(
          "CUDA_VISIBLE_DEVICES",
          "NVIDIA_TF32_OVERRIDE",
          "CAMBIUM_EMULATOR_CAPABILITY",
          "CAMBIUM_EMULATOR_CUBLAS_VERSION",
          "CAMBIUM_EMULATOR_CUDNN_CUDA",
          "CAMBIUM_EMULATOR_CUDNN_VERSION",
          "CAMBIUM_EMULATOR_DEVICES",
          "CAMBIUM_EMULATOR_DRIVER",
          "CAMBIUM_EMULATOR_FAIL",
          "CAMBIUM_EMULATOR_MEMORY",
          "CAMBIUM_EMULATOR_VERBOSE");

  /** The folder with the libraries. */
  static final Path FOLDER = Path.of("target", "cuda-emulator").toAbsolutePath();

  private static String missing;

  private Emulator() {}

  /**
   * Builds it; where that cannot be done, the test counts as skipped, with the reason, or fails.
   */
  static void require() {
    String reason = missing();
    if (!reason.isEmpty()) {
      String message = "needs the emulator of CUDA's driver: " + reason;
      if ("true".equals(System.getenv(REQUIRED))) {
        fail(message);
      }
      Assumptions.abort("NOT RUN, " + message);
    }
  }

  private static synchronized String missing() {
    if (missing == null) {
      String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
      missing =
          system.equals("Linux amd64") ? build() : "it runs on Linux amd64, this is " + system;
    }
    return missing;
  }

  /** Unless it is newer than its sources. Empty when it is there, else why it cannot be. */
  private static String build() {
    try {
      Files.createDirectories(FOLDER);
      Path stamp = FOLDER.resolve("built");
      try (FileChannel channel =
              FileChannel.open(
                  FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        FileTime changed = newestSource();
        if (held.isValid()
            && Files.exists(stamp)
            && Files.getLastModifiedTime(stamp).compareTo(changed) > 0) {
          return "";
        }
        String reason = runScript();
        if (reason.isEmpty()) {
          Files.writeString(stamp, "newer than its sources");
        }
        return reason;
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static FileTime newestSource() throws IOException {
    FileTime newest = Files.getLastModifiedTime(SCRIPT);
    try (Stream<Path> sources = Files.list(SOURCES)) {
      for (Path source : sources.toList()) {
        FileTime time = Files.getLastModifiedTime(source);
        newest = time.compareTo(newest) > 0 ? time : newest;
      }
    }
    return newest;
  }

  private static String runScript() throws IOException {
    Path log = FOLDER.resolve("build.log");
    Process script =
        new ProcessBuilder("bash", SCRIPT.toString(), FOLDER.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      return switch (script.waitFor()) {
        case 0 -> "";
        case 2 -> Files.readString(log).strip();
        default -> fail(SCRIPT + " fails: " + Files.readString(log));
      };
    } catch (InterruptedException stop) {
      script.destroy();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the emulator was built", stop);
    }
  }

  /**
   * Runs a program, which must end well, with no word on its standard error output, and with
   * nothing left open on the device.
   *
   * @param folder for its files; one for each program
   * @param environment what is emulated; see {@code settings.h} of the emulator
   * @return what it wrote to its output
   */
  static String run(
      Path folder, Map<String, String> environment, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    require();
    Path leaks = folder.resolve("leaks");
    Map<String, String> all = new HashMap<>();
    VARIABLES.forEach(name -> all.put(name, null));
    all.put("LD_LIBRARY_PATH", FOLDER.toString());
    all.put("CAMBIUM_EMULATOR_CACHE", FOLDER.resolve("kernels").toString());
    all.put("CAMBIUM_EMULATOR_LEAKS", leaks.toString());
    all.putAll(environment);
    ChildJvm program = new ChildJvm(folder, all, List.of(), main, arguments);
    String output = program.await();
    assertEquals("", program.errors());
    // A process that never reached the driver leaves no file.
    assertEquals("", Files.exists(leaks) ? Files.readString(leaks) : "");
    return output;
  }
}
