package dev.cambium.conformance.report;

import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.runtime.Coverage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A row of the matrix: everything that was found out about one operation.
 *
 * @param name the operation, or the group of cases that examine more than one
 * @param isOperation which of the two
 * @param results the cases, in the order of the suite
 */
public record OpSummary(String name, boolean isOperation, List<CaseResult> results) {
  /** Copies the results. */
  public OpSummary {
    results = List.copyOf(results);
  }

  /** The rows of all results: operations by name, then the groups in the order of the suite. */
  static List<OpSummary> of(List<CaseResult> results) {
    Map<String, List<CaseResult>> operations = new TreeMap<>();
    Map<String, List<CaseResult>> groups = new LinkedHashMap<>();
    for (CaseResult result : results) {
      if (result.op().isEmpty()) {
        groups.computeIfAbsent(result.group(), name -> new ArrayList<>()).add(result);
      } else {
        operations.computeIfAbsent(result.op(), name -> new ArrayList<>()).add(result);
      }
    }
    List<OpSummary> rows = new ArrayList<>();
    operations.forEach((name, cases) -> rows.add(new OpSummary(name, true, cases)));
    groups.forEach((name, cases) -> rows.add(new OpSummary(name, false, cases)));
    return rows;
  }

  /** How many cases ended like this. */
  public long count(Status status) {
    return results.stream().filter(result -> result.status() == status).count();
  }

  /**
   * How many cases ended like this among those whose operation ran in one way.
   *
   * @param how the way, or empty for the cases that no way is known of: what must be refused, what
   *     examines more than an operation, and what failed before it ran
   */
  public long count(Optional<Coverage.How> how, Status status) {
    return results.stream()
        .filter(result -> result.how().equals(how) && result.status() == status)
        .count();
  }

  /** How long all its cases took together. */
  public long nanoseconds() {
    return results.stream().mapToLong(CaseResult::nanoseconds).sum();
  }

  /** Why cases did not run natively: from how they ran and the reason to their number. */
  public Map<Reason, Long> reasons() {
    Map<Reason, Long> reasons = new LinkedHashMap<>();
    for (CaseResult result : results) {
      for (String reason : result.reasons()) {
        result.how().ifPresent(how -> reasons.merge(new Reason(how, reason), 1L, Long::sum));
      }
    }
    return reasons;
  }

  /**
   * Why an operation did not run natively.
   *
   * @param how how it ran instead
   * @param text in the backend's words
   */
  public record Reason(Coverage.How how, String text) {}
}
