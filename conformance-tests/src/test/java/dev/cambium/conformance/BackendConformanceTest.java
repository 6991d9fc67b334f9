package dev.cambium.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.conformance.fixture.OpenedBy;
import dev.cambium.conformance.report.ReportFolder;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Linear;
import dev.cambium.op.Op;
import dev.cambium.spi.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** What JUnit makes of the suite on a backend whose Linear is wrong. */
class BackendConformanceTest {
  private static final String WRONG = id("Linear/x[1, ");
  private static final String RIGHT = id("Memory/");

  @TempDir private Path temporary;

  private Map<String, String> before;

  /** Not a test class of its own, as its name does not end like one. */
  private static class OfWrongLinear implements BackendConformance {
    @Override
    public BackendProvider provider() {
      return new OpenedBy(config -> new MutantBackend(OfWrongLinear::wrong));
    }

    private static HostFunction wrong(int index, Op op, HostFunction right) {
      return op instanceof Linear ? (in, out) -> out.get(0).values()[0] = 12345 : right;
    }
  }

  /** Announces a failure, and one that does not come. */
  private static final class Announcing extends OfWrongLinear {
    @Override
    public List<String> expectedFailures() {
      return List.of("Linear/*", "Memory");
    }
  }

  /** The first case whose id begins like this. */
  private static String id(String beginning) {
    return ConformanceSuite.cases("test").stream()
        .map(ConformanceCase::id)
        .filter(id -> id.startsWith(beginning))
        .findFirst()
        .orElseThrow();
  }

  @BeforeEach
  void writeReports() {
    before =
        Stream.of(BackendConformance.ONLY, BackendConformance.REPORT)
            .filter(name -> System.getProperty(name) != null)
            .collect(Collectors.toMap(name -> name, System::getProperty));
    System.setProperty(BackendConformance.REPORT, temporary.resolve("reports").toString());
  }

  @AfterEach
  void restoreProperties() {
    System.clearProperty(BackendConformance.ONLY);
    System.clearProperty(BackendConformance.REPORT);
    before.forEach(System::setProperty);
  }

  /** From a test's name to what it threw, or null. */
  private static Map<String, Throwable> outcomes(BackendConformance tests, String only)
      throws IOException {
    System.setProperty(BackendConformance.ONLY, only);
    Map<String, Throwable> outcomes = new TreeMap<>();
    try (Stream<DynamicContainer> containers = tests.conformance()) {
      containers
          .flatMap(DynamicContainer::getChildren)
          .map(DynamicTest.class::cast)
          .forEach(test -> outcomes.put(test.getDisplayName(), outcome(test)));
    }
    return outcomes;
  }

  private static Throwable outcome(DynamicTest test) {
    try {
      test.getExecutable().execute();
      return null;
    } catch (Throwable thrown) {
      return thrown;
    }
  }

  @Test
  void aFailureEndsWithTheCommandThatRerunsIt() throws IOException {
    Throwable failure = outcomes(new OfWrongLinear(), WRONG).get(WRONG);
    List<String> lines = failure.getMessage().lines().toList();
    assertEquals(2, lines.size(), failure.getMessage());
    assertTrue(lines.get(0).startsWith(WRONG + ": output 0["), lines.get(0));
    assertTrue(lines.get(0).contains("got 12345"), lines.get(0));
    assertTrue(lines.get(1).startsWith("rerun: mvn test -pl conformance-tests -am "), lines.get(1));
    assertTrue(lines.get(1).endsWith(" '-Dcambium.conformance.only=" + WRONG + "'"), lines.get(1));
  }

  @Test
  void anIdChoosesOneCaseAndAPatternMore() throws IOException {
    assertEquals(List.of(RIGHT), List.copyOf(outcomes(new OfWrongLinear(), RIGHT).keySet()));
    String shape = WRONG.substring(0, WRONG.lastIndexOf('/'));
    List<String> sameShape = List.copyOf(outcomes(new OfWrongLinear(), shape).keySet());
    assertTrue(sameShape.size() > 1 && sameShape.contains(WRONG), sameShape.toString());
    assertEquals(sameShape, List.copyOf(outcomes(new OfWrongLinear(), shape + "/*").keySet()));
    IllegalArgumentException none =
        assertThrows(IllegalArgumentException.class, () -> outcomes(new OfWrongLinear(), "Linaer"));
    assertTrue(none.getMessage().startsWith("no case matches 'Linaer'"), none.getMessage());
  }

  @Test
  void anAnnouncedFailureAbortsAndOneThatDoesNotComeFails() throws IOException {
    Throwable announced = outcomes(new Announcing(), WRONG).get(WRONG);
    assertEquals(TestAbortedException.class, announced.getClass());
    assertTrue(announced.getMessage().startsWith(WRONG + ": output 0["), announced.getMessage());
    Throwable missing = outcomes(new Announcing(), RIGHT).get(RIGHT);
    assertTrue(missing instanceof AssertionError, String.valueOf(missing));
    assertTrue(missing.getMessage().contains("passed, though it was expected to fail"));
  }

  @Test
  void anAnnouncedFailureOfNoCaseIsRefused() {
    OfWrongLinear misspelt =
        new OfWrongLinear() {
          @Override
          public List<String> expectedFailures() {
            return List.of("Linaer");
          }
        };
    IllegalArgumentException none =
        assertThrows(IllegalArgumentException.class, () -> outcomes(misspelt, RIGHT));
    assertTrue(none.getMessage().startsWith("no case matches 'Linaer'"), none.getMessage());
  }

  @Test
  void theReportLiesInAFolderNamedAfterTheClass() throws IOException {
    outcomes(new OfWrongLinear(), WRONG);
    Path folder = temporary.resolve("reports/OfWrongLinear");
    List<String> text = Files.readAllLines(folder.resolve(ReportFolder.TEXT));
    assertEquals("0 passed, 1 failed, 0 skipped", text.get(text.size() - 1));
    assertTrue(Files.size(folder.resolve(ReportFolder.HTML)) > 0);
    assertTrue(Files.size(folder.resolve(ReportFolder.JSON)) > 0);
  }

  @Test
  void aFolderThatCannotBeWrittenToIsSaidBeforeAnythingRuns() throws IOException {
    Files.writeString(temporary.resolve("reports"), "a file");
    assertThrows(IOException.class, () -> outcomes(new OfWrongLinear(), WRONG));
    assertFalse(Files.isDirectory(temporary.resolve("reports")));
  }
}
