package dev.cambium.conformance;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.BackendProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

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
 * <p>A backend that is not available on the machine fails: skipped is not passed. A failure is one
 * line with the case, the value, the index, what was expected, what came, and the bound.
 */
public interface BackendConformance {
  /** Makes the backend. */
  BackendProvider provider();

  /** How it is opened; by default its first device without settings. */
  default BackendConfig config() {
    return BackendConfig.defaults();
  }

  /** Every case of the suite, by group. */
  @TestFactory
  default Stream<DynamicContainer> conformance() {
    BackendUnderTest backend = new BackendUnderTest(provider(), config());
    Map<String, List<DynamicTest>> groups =
        ConformanceSuite.cases().stream()
            .collect(
                groupingBy(
                    ConformanceCase::group,
                    LinkedHashMap::new,
                    mapping(
                        c -> DynamicTest.dynamicTest(c.name(), () -> c.check().run(backend)),
                        toList())));
    return groups.entrySet().stream()
        .map(group -> DynamicContainer.dynamicContainer(group.getKey(), group.getValue()));
  }
}
