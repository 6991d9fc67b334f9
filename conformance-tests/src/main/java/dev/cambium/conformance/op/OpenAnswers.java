package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.spi.NanBehaviour.Rule;

/**
 * Where the contract leaves two answers open, in each element: counts which of them a backend
 * gives, and fails where it may not.
 */
final class OpenAnswers {
  private final String where;
  private final Rule rule;
  private int kept;
  private int dropped;

  OpenAnswers(String where, Rule rule) {
    this.where = where;
    this.rule = rule;
  }

  /**
   * Looks at an element.
   *
   * @param whenKept the answer where NaN is propagated, or a subnormal number kept
   * @param whenDropped the answer where it is lost
   */
  void see(int i, double got, double whenKept, double whenDropped) {
    boolean keeps = same(got, whenKept);
    boolean drops = same(got, whenDropped);
    boolean right =
        switch (rule) {
          case PROPAGATED -> keeps;
          case DROPPED -> drops;
          case EITHER -> keeps || drops;
        };
    if (!right) {
      throw new AssertionError(
          where
              + ": element "
              + i
              + ", which is "
              + rule
              + " by Backend.nanBehaviour(): expected "
              + (rule == Rule.DROPPED ? whenDropped : whenKept)
              + (rule == Rule.EITHER ? " or " + whenDropped : "")
              + ", got "
              + got);
    }
    if (!same(whenKept, whenDropped)) {
      kept += keeps ? 1 : 0;
      dropped += drops ? 1 : 0;
    }
  }

  /** Equal numbers, or both NaN. */
  private static boolean same(double a, double b) {
    return a == b || (Double.isNaN(a) && Double.isNaN(b));
  }

  /**
   * Notes what was found.
   *
   * @param what was looked at
   * @param keeping what it is called where it was kept
   * @param dropping what it is called where it was not
   */
  void observe(BackendUnderTest backend, String what, String keeping, String dropping) {
    if (kept + dropped == 0) {
      throw new AssertionError(where + ": the case is mistrusted, as nothing depends on it");
    }
    String found = dropped == 0 ? keeping : kept == 0 ? dropping : keeping + " or " + dropping;
    backend.notes().observe(what, found);
  }
}
