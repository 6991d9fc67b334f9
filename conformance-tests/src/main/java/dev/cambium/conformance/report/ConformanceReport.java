package dev.cambium.conformance.report;

import dev.cambium.conformance.report.CaseResult.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a run of the suite found.
 *
 * @param backend the backend's name with its device
 * @param description the device in words
 * @param environment what it ran in
 * @param started when the run began
 * @param elapsed how long it took
 * @param suite how many cases the whole suite has for this backend
 * @param results one for each case that was chosen, in the order of the suite
 */
public record ConformanceReport(
    String backend,
    String description,
    Environment environment,
    Instant started,
    Duration elapsed,
    int suite,
    List<CaseResult> results) {
  /** Copies the results. */
  public ConformanceReport {
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(started, "started");
    Objects.requireNonNull(elapsed, "elapsed");
    results = List.copyOf(results);
  }

  /** How many cases ended like this. */
  public long count(Status status) {
    return results.stream().filter(result -> result.status() == status).count();
  }

  /** The cases that ended like this, in the order of the suite. */
  public List<CaseResult> with(Status status) {
    return results.stream().filter(result -> result.status() == status).toList();
  }

  /** Whether every case that was chosen passed, and there was one: skipped is not passed. */
  public boolean allPassed() {
    return !results.isEmpty() && count(Status.PASSED) == results.size();
  }

  /** Whether every case of the whole suite passed. */
  public boolean isConforming() {
    return allPassed() && results.size() >= suite;
  }

  /** The matrix: a row for each operation, then one for each group of other cases. */
  public List<OpSummary> summaries() {
    return OpSummary.of(results);
  }

  /** What the backend does where the contract leaves it open; one answer each, as a rule. */
  public Map<String, Set<String>> observations() {
    Map<String, Set<String>> all = new LinkedHashMap<>();
    for (CaseResult result : results) {
      result
          .observations()
          .forEach(
              (what, found) -> all.computeIfAbsent(what, w -> new LinkedHashSet<>()).add(found));
    }
    return all;
  }

  /** The cases that took longest, the longest first. */
  public List<CaseResult> slowest(int count) {
    return results.stream()
        .sorted(Comparator.comparingLong(CaseResult::nanoseconds).reversed())
        .limit(count)
        .toList();
  }

  /** {@code N passed, N failed, N skipped}. */
  public String summary() {
    return count(Status.PASSED)
        + " passed, "
        + count(Status.FAILED)
        + " failed, "
        + count(Status.SKIPPED)
        + " skipped";
  }
}
