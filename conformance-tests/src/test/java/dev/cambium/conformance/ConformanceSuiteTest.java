package dev.cambium.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.conformance.check.ConformanceCase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which cases there are, and which of them a pattern means. */
class ConformanceSuiteTest {
  private static final List<String> IDS =
      List.of("A/x[2, 3] (a|b)/reals", "A/x[2, 3] (a|b)/integers", "A/x[2]/reals", "Ab/x/reals");

  private static List<String> matching(String pattern) {
    List<ConformanceCase> cases =
        IDS.stream().map(id -> new ConformanceCase(id, "", backend -> {})).toList();
    return ConformanceSuite.matching(cases, pattern).stream().map(ConformanceCase::id).toList();
  }

  @Test
  void aWholeIdMeansItsCaseAlone() {
    for (String id : IDS) {
      assertEquals(List.of(id), matching(id));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"*; 4", "A; 3", "A/x[2, 3] (a|b); 2", "A/x[2*; 3", "*/reals; 3", "A*; 4", "*[2*; 3"})
  void aStarStandsForAnythingAndABeginningForAllThatGoesOnAfterASlash(String pattern, int count) {
    assertEquals(count, matching(pattern).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "A/x", "A/x[2, 3] .*", "reals", "A/"})
  void whatMatchesNothingIsRefusedWithTheGroups(String pattern) {
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> matching(pattern));
    assertTrue(thrown.getMessage().startsWith("no case matches '" + pattern + "'"));
    assertTrue(thrown.getMessage().endsWith(": A, Ab"), thrown.getMessage());
  }

  @Test
  void idsThatCouldMeanMoreThanOneCaseAreRefused() {
    ConformanceSuite.requireDistinct(IDS);
    for (String second : List.of("A/x[2]/reals", "A/x[2]/reals/more", "A")) {
      assertThrows(
          IllegalStateException.class,
          () -> ConformanceSuite.requireDistinct(List.of("A/x[2]/reals", second)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "cpu"})
  void everyBackendHasCasesInGroupsThatHoldTogether(String backend) {
    List<String> groups =
        ConformanceSuite.cases(backend).stream().map(ConformanceCase::group).toList();
    assertTrue(groups.size() > 2000, groups.size() + " cases");
    long changes = 1;
    for (int i = 1; i < groups.size(); i++) {
      changes += groups.get(i).equals(groups.get(i - 1)) ? 0 : 1;
    }
    assertEquals(groups.stream().distinct().count(), changes);
  }
}
