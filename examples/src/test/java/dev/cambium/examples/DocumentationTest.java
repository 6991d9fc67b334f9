package dev.cambium.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the pages show is what the sources say. */
class DocumentationTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  private static final Pattern SAMPLE =
      Pattern.compile("<!-- from (\\S+) -->\\n```\\w+\\n(.*?)\\n```", Pattern.DOTALL);
  private static final Pattern UNFOUNDED_JAVA =
      Pattern.compile("(?<!<!-- from \\S{1,200} -->\\n)```java");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!http)([^)#]+)[^)]*\\)");
  private static final Pattern COMMAND = Pattern.compile("(?m)^ {4}\\./cambium (.+)$");

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    pages.add(ROOT.resolve("CONTRIBUTING.md"));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  @Test
  void theReadmeHasTheWholeFirstProgram() throws IOException {
    Matcher sample = SAMPLE.matcher(Files.readString(ROOT.resolve("README.md")));
    assertTrue(sample.find());
    String source = Files.readString(ROOT.resolve(sample.group(1)));
    assertEquals(
        source.substring(source.indexOf("public final class")).strip(), sample.group(2).strip());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everySampleIsAPartOfItsSource(Path page) throws IOException {
    Matcher sample = SAMPLE.matcher(Files.readString(page));
    while (sample.find()) {
      String source = withoutIndent(Files.readString(ROOT.resolve(sample.group(1))));
      assertTrue(source.contains(withoutIndent(sample.group(2))), sample.group(2));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everySampleInJavaNamesItsSource(Path page) throws IOException {
    assertFalse(UNFOUNDED_JAVA.matcher(Files.readString(page)).find());
  }

  private static String withoutIndent(String text) {
    return text.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsToAFile(Path page) throws IOException {
    Matcher link = LINK.matcher(Files.readString(page));
    while (link.find()) {
      Path target = page.resolveSibling(link.group(1));
      assertTrue(Files.exists(target), page + " links to " + link.group(1));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyCommandIsOneThatTheLauncherTakes(Path page) throws IOException {
    Matcher command = COMMAND.matcher(Files.readString(page));
    while (command.find()) {
      String[] words =
          Stream.of(command.group(1).split("\\s+"))
              .dropWhile(word -> word.startsWith("-D"))
              .toArray(String[]::new);
      CommandLine line = Launcher.commandLine(null, null);
      assertTrue(line.parseArgs(words).hasSubcommand(), command.group());
    }
  }
}
