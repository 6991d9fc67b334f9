package dev.cambium.spi;

import java.util.Objects;

/**
 * What a backend's own kernels make of NaN in the two places where the operations leave it to them,
 * since fast primitives and the maximum instructions of many processors drop it. Everywhere else
 * NaN goes on as IEEE 754 says.
 *
 * @param rectifier ReLU, by itself or fused into another operation: where dropped, NaN becomes 0
 * @param maxPooling max pooling: where dropped, NaN is never chosen, and what a window with nothing
 *     else gives is left open
 */
public record NanBehaviour(Rule rectifier, Rule maxPooling) {
  /** NaN stays NaN in both, as in the host functions. */
  public static final NanBehaviour PROPAGATES = new NanBehaviour(Rule.PROPAGATED, Rule.PROPAGATED);

  /** What becomes of NaN. */
  public enum Rule {
    /** NaN stays NaN; in a maximum it beats every number. */
    PROPAGATED,
    /** NaN is lost; in a maximum every number beats it. */
    DROPPED,
    /** The one or the other, by the kernel that serves a shape or a processor. */
    EITHER
  }

  /** Checks that both are there. */
  public NanBehaviour {
    Objects.requireNonNull(rectifier, "rectifier");
    Objects.requireNonNull(maxPooling, "maxPooling");
  }
}
