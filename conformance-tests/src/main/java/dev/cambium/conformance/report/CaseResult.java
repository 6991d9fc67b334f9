package dev.cambium.conformance.report;

import dev.cambium.runtime.Coverage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What came of a case.
 *
 * @param id the case
 * @param op the operation that it examines, or empty
 * @param status whether the backend conforms
 * @param how the way in which the operation ran, where the case examines one
 * @param reasons why it did not run natively
 * @param observations what the backend does where the contract leaves it open
 * @param nanoseconds how long the case took
 * @param message why it failed, in one line; empty when it passed
 * @param rerun a command that runs this case alone
 */
public record CaseResult(
    String id,
    String op,
    Status status,
    Optional<Coverage.How> how,
    List<String> reasons,
    Map<String, String> observations,
    long nanoseconds,
    String message,
    String rerun) {
  /** Whether a backend conforms. */
  public enum Status {
    /** It does. */
    PASSED,
    /** It does not, or a failure that was expected did not come. */
    FAILED,
    /** It does not, as its author has announced; not a pass. */
    SKIPPED
  }

  /** Copies the collections, and makes one line of each text of a backend's. */
  public CaseResult {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(op, "op");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(how, "how");
    reasons = reasons.stream().map(CaseResult::oneLine).toList();
    observations = oneLine(observations);
    message = oneLine(message);
    Objects.requireNonNull(rerun, "rerun");
  }

  /** The first part of the id. */
  public String group() {
    int slash = id.indexOf('/');
    return slash < 0 ? id : id.substring(0, slash);
  }

  private static Map<String, String> oneLine(Map<String, String> observations) {
    Map<String, String> copy = new LinkedHashMap<>();
    observations.forEach((what, found) -> copy.put(oneLine(what), oneLine(found)));
    return Collections.unmodifiableMap(copy);
  }

  /** Native libraries may give messages of several lines, or with control characters. */
  private static String oneLine(String text) {
    return text.replaceAll("[\\s\\p{Cc}\\x{2028}\\x{2029}]+", " ").strip();
  }
}
