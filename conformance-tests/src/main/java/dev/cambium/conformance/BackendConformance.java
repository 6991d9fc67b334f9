package dev.cambium.conformance;

import static java.util.stream.Collectors.groupingBy;

import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.report.CaseResult;
import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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

  /** Makes the backend. */
  BackendProvider provider();

  /** How it is opened; by default its first device without settings. */
  default BackendConfig config() {
    return BackendConfig.defaults();
  }

  /**
   * Patterns of the cases that are known to fail, as in {@link ConformanceSuite#matching}: they are
   * reported as aborted, never as passed, and one that passes fails. A backend that conforms has
   * none.
   */
  default List<String> expectedFailures() {
    return List.of();
  }

  /** Every case of the suite, by group. */
  @TestFactory
  @Execution(ExecutionMode.SAME_THREAD)
  default Stream<DynamicContainer> conformance() {
    ConformanceRun run =
        new ConformanceRun(provider(), config(), expectedFailures(), this::rerunCommand);
    List<ConformanceCase> cases =
        ConformanceSuite.matching(
            ConformanceSuite.cases(provider().name()), System.getProperty(ONLY, "*"));
    Map<String, List<DynamicTest>> groups =
        cases.stream()
            .collect(
                groupingBy(
                    ConformanceCase::group,
                    LinkedHashMap::new,
                    Collectors.mapping(
                        c -> DynamicTest.dynamicTest(c.id(), () -> require(run.run(c))),
                        Collectors.toList())));
    return groups.entrySet().stream()
        .map(group -> DynamicContainer.dynamicContainer(group.getKey(), group.getValue()))
        .onClose(run::close);
  }

  private String rerunCommand(String id) {
    return "mvn test -Dtest=" + getClass().getSimpleName() + " '-D" + ONLY + "=" + id + "'";
  }

  private static void require(CaseResult result) {
    String message = result.message() + System.lineSeparator() + "rerun: " + result.rerun();
    if (result.status() == Status.SKIPPED) {
      throw new TestAbortedException("expected: " + message);
    }
    if (result.status() == Status.FAILED) {
      throw new AssertionFailedError(message);
    }
  }
}
