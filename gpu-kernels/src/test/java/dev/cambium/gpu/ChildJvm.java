package dev.cambium.gpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of its own with this class path, whose output goes to two files. */
public final class ChildJvm {
  private final Process process;
  private final Path output;
  private final Path errors;

  /**
   * Starts it.
   *
   * @param folder where its output goes; one for each process
   * @param environment what is added to this process's environment, or with null as its value
   *     removed from it
   * @param options options of Java
   * @param main the class to run
   * @param arguments its arguments
   */
  public ChildJvm(
      Path folder,
      Map<String, String> environment,
      List<String> options,
      Class<?> main,
      String... arguments)
      throws IOException {
    Files.createDirectories(folder);
    output = folder.resolve("output");
    errors = folder.resolve("errors");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-Xshare:auto"));
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    environment.forEach(
        (name, value) -> {
          if (value == null) {
            builder.environment().remove(name);
          } else {
            builder.environment().put(name, value);
          }
        });
    process = builder.redirectOutput(output.toFile()).redirectError(errors.toFile()).start();
  }

  /** Waits for its end, which must be a good one, and says what it wrote to its output. */
  public String await() throws IOException, InterruptedException {
    assertTrue(process.waitFor(2, TimeUnit.MINUTES), "still running");
    assertTrue(process.exitValue() == 0, "exit " + process.exitValue() + ": " + errors());
    return Files.readString(output);
  }

  /** What it wrote to its errors. */
  public String errors() throws IOException {
    return Files.readString(errors);
  }
}
