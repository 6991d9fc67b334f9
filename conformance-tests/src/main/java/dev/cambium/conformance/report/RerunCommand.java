package dev.cambium.conformance.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Commands that run one case again, as a shell takes them, with the settings of this process. */
public final class RerunCommand {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,+-]+");

  private RerunCommand() {}

  /**
   * The launcher's.
   *
   * @param selection the backend, {@code NAME[:DEVICE]}
   * @param id the case
   */
  public static String ofLauncher(String selection, String id) {
    return variable("CAMBIUM_CLASSPATH", System.getenv("CAMBIUM_CLASSPATH"))
        + "./cambium "
        + settings()
        + "conformance --backend "
        + word(selection)
        + " --only "
        + quoted(id);
  }

  /**
   * Maven's, for the folder of the project, or for the one above where that one names it among its
   * modules.
   *
   * @param test the class with the tests
   * @param only the system property that chooses cases
   * @param id the case
   * @param project the folder that the tests run in
   */
  public static String ofMaven(Class<?> test, String only, String id, Path project) {
    String name = test.getName().substring(test.getName().lastIndexOf('.') + 1);
    Path folder = project.toAbsolutePath().normalize();
    String module =
        isModule(folder)
            ? "-pl "
                + word(folder.getFileName().toString())
                + " -am -Dsurefire.failIfNoSpecifiedTests=false "
            : "";
    return "mvn test "
        + module
        + word("-Dtest=" + name)
        + " "
        + settings()
        + quoted("-D" + only + "=" + id);
  }

  private static boolean isModule(Path folder) {
    Path above = folder.resolveSibling("pom.xml");
    try {
      return folder.getFileName() != null
          && Files.isRegularFile(above)
          && Files.readString(above).contains("<module>" + folder.getFileName() + "</module>");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets a variable that this process was given, too, for a command. */
  static String variable(String name, String value) {
    return value == null || value.isEmpty() ? "" : name + "=" + word(value) + " ";
  }

  private static String settings() {
    return Environment.processSettings().entrySet().stream()
        .map(setting -> word("-D" + setting.getKey() + "=" + setting.getValue()) + " ")
        .collect(Collectors.joining());
  }

  /** The word as it is where a shell takes it so, else between single quotes. */
  static String word(String word) {
    return PLAIN.matcher(word).matches() ? word : quoted(word);
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
