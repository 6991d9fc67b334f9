package dev.cambium.conformance.op;

import java.util.Locale;

/** Where a backward operation has its cache from. */
enum CacheFrom {
  /** The forward operation. */
  OWN,
  /** {@link NoCache}. */
  NOTHING,
  /** A forward operation of another kind, which leaves a cache of its own. */
  ELSEWHERE;

  /** As an id says it. */
  String word() {
    return ", cache from " + (this == OWN ? "forward" : name().toLowerCase(Locale.ROOT));
  }
}
