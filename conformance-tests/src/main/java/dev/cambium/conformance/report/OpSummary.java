package dev.cambium.conformance.report;

import dev.cambium.conformance.report.CaseResult.Status;
import dev.cambium.runtime.Coverage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A row of the matrix: everything that was found out about one operation.
 *
 * @param name the operation, or the group of cases that examine more than one
 * @param isOperation which of the two
 * @param results the cases, in the order of the suite
 */
public record OpSummary(String name, boolean isOperation, List<CaseResult> results) {
  private static final int LONGEST = 100;

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

  /**
   * Why cases did not run natively: from how they ran and the reason to their number. Reasons that
   * differ in nothing but what stands between brackets, types and shapes as a rule, are one; that
   * is left out of long ones, too.
   */
  public Map<Reason, Long> reasons() {
    Map<Reason, Set<String>> texts = new LinkedHashMap<>();
    Map<Reason, Long> numbers = new LinkedHashMap<>();
    for (CaseResult result : results) {
      for (String text : result.reasons()) {
        Reason reason = new Reason(result.how().orElse(Coverage.How.HOST), withoutDetails(text));
        texts.computeIfAbsent(reason, r -> new HashSet<>()).add(text);
        numbers.merge(reason, 1L, Long::sum);
      }
    }
    Map<Reason, Long> reasons = new LinkedHashMap<>();
    numbers.forEach(
        (reason, number) -> {
          Set<String> same = texts.get(reason);
          String one = same.iterator().next();
          boolean whole = same.size() == 1 && one.length() <= LONGEST;
          reasons.put(new Reason(reason.how(), whole ? one : reason.text()), number);
        });
    return reasons;
  }

  /** The text with dots in the place of what stands between brackets. */
  private static String withoutDetails(String text) {
    StringBuilder kept = new StringBuilder();
    int depth = 0;
    for (char c : text.toCharArray()) {
      if (c == ']' && depth > 0) {
        depth--;
      }
      if (depth == 0) {
        kept.append(c);
      }
      if (c == '[') {
        kept.append(depth == 0 ? "..." : "");
        depth++;
      }
    }
    return kept.toString();
  }

  /**
   * Why an operation did not run natively.
   *
   * @param how how it ran instead
   * @param text in the backend's words
   */
  public record Reason(Coverage.How how, String text) {}
}
