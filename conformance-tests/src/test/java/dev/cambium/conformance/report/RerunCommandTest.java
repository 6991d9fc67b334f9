package dev.cambium.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is printed is what bash makes the right words of. */
class RerunCommandTest {
  private static final String ID = "Linear/x[2, 7] to $HOME/`a` \"b\" !c \\ (d) & ;";

  @TempDir private Path temporary;

  @BeforeEach
  void setProperties() {
    System.setProperty("cambium.toy.note", "it's $HOME");
    System.setProperty("cambium.home", "/not/to/be/repeated");
    System.setProperty("cambium.conformance.only", "not to be repeated");
  }

  @AfterEach
  void clearProperties() {
    List.of("cambium.toy.note", "cambium.home", "cambium.conformance.only")
        .forEach(System::clearProperty);
  }

  /** The words that bash hands to the command, without the command's name. */
  private static List<String> words(String name, String line)
      throws IOException, InterruptedException {
    assertEquals(name, line.substring(0, name.length()));
    Process bash =
        new ProcessBuilder("bash", "-c", "printf '%s\\n'" + line.substring(name.length())).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor());
    return out.lines().toList();
  }

  @Test
  void theLaunchersHasTheSettingsOfTheProcessAndTheCase() throws Exception {
    assertEquals(
        List.of(
            "-Dcambium.toy.note=it's $HOME", "conformance", "--backend", "toy:a b", "--only", ID),
        words("./cambium", RerunCommand.ofLauncher("toy:a b", ID)));
    assertEquals(
        "./cambium '-Dcambium.toy.note=it'\\''s $HOME' conformance --backend cpu --only 'A/b'",
        RerunCommand.ofLauncher("cpu", "A/b"));
  }

  @Test
  void mavensNamesTheModuleWhereTheFolderAboveHasIt() throws Exception {
    Path module = Files.createDirectories(temporary.resolve("back end"));
    assertEquals(
        List.of(
            "test",
            "-Dtest=RerunCommandTest$Inner",
            "-Dcambium.toy.note=it's $HOME",
            "-Dcambium.conformance.only=" + ID),
        words("mvn", RerunCommand.ofMaven(Inner.class, "cambium.conformance.only", ID, module)));
    Files.writeString(temporary.resolve("pom.xml"), "<modules><module>back end</module></modules>");
    assertEquals(
        List.of(
            "test",
            "-pl",
            "back end",
            "-am",
            "-Dsurefire.failIfNoSpecifiedTests=false",
            "-Dtest=RerunCommandTest$Inner",
            "-Dcambium.toy.note=it's $HOME",
            "-Dcambium.conformance.only=" + ID),
        words("mvn", RerunCommand.ofMaven(Inner.class, "cambium.conformance.only", ID, module)));
  }

  /** A class of tests inside of another. */
  private static final class Inner {}
}
