package dev.cambium.conformance.check;

import dev.cambium.runtime.Coverage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a case finds out beside pass or fail: how its operation ran, and what the backend does where
 * the contract leaves it open.
 */
public final class Notes {
  private final Map<String, String> observations = new LinkedHashMap<>();
  private final List<String> reasons = new ArrayList<>();
  private Coverage.How how;

  Notes() {}

  /** Forgets everything, as before a case. */
  public void clear() {
    observations.clear();
    reasons.clear();
    how = null;
  }

  /** The operation that the case examines ran like this. */
  public void ran(Coverage coverage) {
    if (how == null || coverage.how().ordinal() > how.ordinal()) {
      how = coverage.how();
    }
    if (!coverage.reason().isEmpty() && !reasons.contains(coverage.reason())) {
      reasons.add(coverage.reason());
    }
  }

  /** How the operation ran, the farthest from a kernel of its own where it ran in several ways. */
  public Optional<Coverage.How> how() {
    return Optional.ofNullable(how);
  }

  /** Why it did not run natively. */
  public List<String> reasons() {
    return List.copyOf(reasons);
  }

  /**
   * Something that the contract leaves to the backend.
   *
   * @param what for example {@code ReLU of NaN}
   * @param found for example {@code 0}
   */
  public void observe(String what, String found) {
    observations.put(what, found);
  }

  /** All observations, by what was looked at. */
  public Map<String, String> observations() {
    return new LinkedHashMap<>(observations);
  }
}
