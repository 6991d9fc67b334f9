package dev.cambium.conformance.mutant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.cambium.conformance.ConformanceRun;
import dev.cambium.conformance.ConformanceSuite;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.fixture.OpenedBy;
import dev.cambium.conformance.report.CaseResult;
import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * The suite can fail: each backend with a mistake is rejected, and the same one without it passes.
 * The messages stand in {@code target/mutants.txt}, and a table in {@code docs/mutants.md}.
 */
@TestInstance(Lifecycle.PER_CLASS)
class MutantsTest {
  private static final Path PAGE = Path.of("..", "docs", "mutants.md");
  private static final String HEAD = "| the mistake | in | rejected by |\n|---|---|---|\n";

  private final List<ConformanceCase> suite = ConformanceSuite.cases("test");
  private final Map<Function<BackendConfig, Backend>, Set<String>> passedByTwin = new HashMap<>();
  private final Map<Mutant, String> counts = new LinkedHashMap<>();
  private final Map<Mutant, String> rows = new LinkedHashMap<>();

  @TestFactory
  Stream<DynamicTest> everyMutantIsRejectedAndItsTwinPasses() {
    return Mutants.all().stream()
        .map(mutant -> dynamicTest(mutant.breaks() + ": " + mutant.name(), () -> check(mutant)));
  }

  private void check(Mutant mutant) {
    Set<ConformanceCase> cases = new LinkedHashSet<>();
    mutant.cases().forEach(p -> cases.addAll(ConformanceSuite.matching(suite, p)));
    List<CaseResult> results = run(mutant.wrong(), List.copyOf(cases));
    List<CaseResult> failed = results.stream().filter(MutantsTest::isFailure).toList();
    assertFalse(
        failed.isEmpty(), "no case of " + cases.size() + " rejects it: a hole in the suite");
    failed.forEach(result -> assertEquals(1, result.message().lines().count(), result.message()));
    String first = failed.get(0).id();
    counts.put(
        mutant,
        String.format(
            "%s: %s: %d of %d cases; %s",
            mutant.breaks(), mutant.name(), failed.size(), cases.size(), failed.get(0).message()));
    rows.put(mutant, "| " + mutant.name() + " | " + mutant.breaks() + " | `" + first + "` |\n");
    assertTwinPasses(mutant, cases);
  }

  /** Only what a case found out counts: a mutant that cannot be opened is not rejected by one. */
  private static boolean isFailure(CaseResult result) {
    assertNotEquals(Status.SKIPPED, result.status(), result.message());
    return result.status() == Status.FAILED;
  }

  private void assertTwinPasses(Mutant mutant, Set<ConformanceCase> cases) {
    Set<String> passed = passedByTwin.computeIfAbsent(mutant.right(), r -> new LinkedHashSet<>());
    List<ConformanceCase> open = cases.stream().filter(c -> !passed.contains(c.id())).toList();
    for (CaseResult result : run(mutant.right(), open)) {
      assertFalse(isFailure(result), "without the mistake: " + result.message());
      passed.add(result.id());
    }
  }

  private static List<CaseResult> run(
      Function<BackendConfig, Backend> backends, List<ConformanceCase> cases) {
    List<CaseResult> results = new ArrayList<>();
    try (ConformanceRun run =
        ConformanceRun.of(new OpenedBy(backends), BackendConfig.defaults()).start()) {
      cases.forEach(examined -> results.add(run.run(examined)));
    }
    return results;
  }

  @Test
  void noTwoMutantsAreTheSame() {
    List<Mutant> all = Mutants.all();
    long different = all.stream().map(m -> m.breaks() + ": " + m.name()).distinct().count();
    assertEquals(all.size(), different);
    assertTrue(all.size() >= 25, "mutants: " + all.size());
  }

  @AfterAll
  void theTableIsThatOfTheDocumentation() throws IOException {
    Files.createDirectories(Path.of("target"));
    Files.write(Path.of("target", "mutants.txt"), counts.values());
    if (rows.size() < Mutants.all().size()) {
      return; // a mutant that survived has failed already, or only some tests were asked for
    }
    String page = Files.readString(PAGE);
    String now = page.substring(0, page.indexOf(HEAD)) + HEAD + String.join("", rows.values());
    Files.writeString(Path.of("target", "mutants.md"), now);
    assertTrue(
        now.equals(page),
        "the table is out of date: cp conformance-tests/target/mutants.md docs/mutants.md");
  }
}
