package dev.cambium.conformance;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.report.CaseResult;
import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.conformance.report.ReportFolder;
import dev.cambium.conformance.report.RerunCommand;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * The tests that every backend has to pass. Its author adds one class to the tests:
 *
 * <pre>{@code
 * class MyBackendConformanceTest implements BackendConformance {
 *   public BackendProvider provider() {
 *     return new MyProvider();
 *   }
 * }
 * }</pre>
 *
 * <p>A backend that is not available on the machine fails: skipped is not passed. The message of a
 * failure is one line with the case, the value, the index, what was expected, what came, and the
 * bound; and a second one that reruns this case alone: the system property {@value #ONLY} takes a
 * pattern of cases.
 */
public interface BackendConformance {
  /** The system property with the pattern of the cases to run. */
  String ONLY = "cambium.conformance.only";

  /**
   * The system property with a folder; {@link ReportFolder} writes what was found to one inside of
   * it, which has the simple name of the class with the tests.
   */
  String REPORT = "cambium.conformance.report";

  /** Makes the backend. */
  BackendProvider provider();

  /** How it is opened; by default its first device without settings. */
  default BackendConfig config() {
    return BackendConfig.defaults();
  }

  /**
   * Patterns of the cases that are known to fail, as in {@link ConformanceSuite#matching}: they are
   * reported as aborted, never as passed; one that passes fails, and a pattern that matches no case
   * is an error. A backend that conforms has none.
   */
  default List<String> expectedFailures() {
    return List.of();
  }

  /** Every case of the suite, by group. */
  @TestFactory
  @Execution(ExecutionMode.SAME_THREAD)
  default Stream<DynamicContainer> conformance() throws IOException {
    List<ConformanceCase> all = ConformanceSuite.cases(provider().name());
    expectedFailures().forEach(pattern -> ConformanceSuite.matching(all, pattern));
    List<ConformanceCase> cases = ConformanceSuite.matching(all, System.getProperty(ONLY, "*"));
    Optional<ReportFolder> folder = reportFolder();
    ConformanceRun run =
        ConformanceRun.of(provider(), config())
            .expectedFailures(expectedFailures())
            .rerun(id -> RerunCommand.ofMaven(getClass(), ONLY, id, Path.of("")))
            .start();
    Map<String, List<DynamicTest>> groups =
        cases.stream()
            .collect(
                groupingBy(
                    ConformanceCase::group,
                    LinkedHashMap::new,
                    mapping(
                        c -> DynamicTest.dynamicTest(c.id(), () -> require(run.run(c))),
                        toList())));
    return groups.entrySet().stream()
        .map(group -> DynamicContainer.dynamicContainer(group.getKey(), group.getValue()))
        .onClose(run::close)
        .onClose(() -> folder.ifPresent(to -> write(run, to)));
  }

  /** Several classes of a module may write reports; each has a folder of its own. */
  private Optional<ReportFolder> reportFolder() throws IOException {
    String folder = System.getProperty(REPORT, "");
    return folder.isEmpty()
        ? Optional.empty()
        : Optional.of(ReportFolder.open(Path.of(folder, getClass().getSimpleName())));
  }

  private static void write(ConformanceRun run, ReportFolder folder) {
    try {
      folder.write(run.report());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void require(CaseResult result) {
    if (result.status() == Status.SKIPPED) {
      throw new TestAbortedException(result.message());
    }
    if (result.status() == Status.FAILED) {
      AssertionFailedError failure =
          new AssertionFailedError(
              result.message() + System.lineSeparator() + "rerun: " + result.rerun());
      // It would show JUnit and the suite, never the backend, and bury the message.
      failure.setStackTrace(new StackTraceElement[0]);
      throw failure;
    }
  }
}
