package dev.cambium.conformance.report;

import dev.cambium.conformance.report.CaseResult.Status;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a run of the suite found.
 *
 * @param backend the backend's name with its device
 * @param description the device in words
 * @param started when the run began
 * @param results one for each case, in the order of the suite
 */
public record ConformanceReport(
    String backend, String description, Instant started, List<CaseResult> results) {
  /** Copies the results. */
  public ConformanceReport {
    Objects.requireNonNull(backend, "backend");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(started, "started");
    results = List.copyOf(results);
  }

  /** How many cases ended like this. */
  public long count(Status status) {
    return results.stream().filter(result -> result.status() == status).count();
  }

  /** Whether every case passed, and there was one: skipped is not passed. */
  public boolean isConforming() {
    return !results.isEmpty() && count(Status.PASSED) == results.size();
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
