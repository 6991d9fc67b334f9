package dev.cambium.spi;

import java.util.Objects;

/**
 * The backend has no kernel for this operation on these types; the planner lowers it or computes it
 * on the host.
 *
 * @param reason why, for the coverage matrix
 */
public record Declined(String reason) implements Prepared {
  /** Checks that there is a reason. */
  public Declined {
    Objects.requireNonNull(reason, "reason");
  }
}
