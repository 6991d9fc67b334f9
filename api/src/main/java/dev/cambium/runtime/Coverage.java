package dev.cambium.runtime;

import dev.cambium.op.Op;

/**
 * How a plan runs an operation on its backend.
 *
 * @param label the operation and its layer
 * @param op the operation
 * @param how native, as a view, lowered to other operations, or on the host
 * @param reason why not natively; empty where it is
 */
public record Coverage(String label, Op op, How how, String reason) {
  /** The ways in which an operation can run, best first. */
  public enum How {
    /** A kernel of the backend. */
    NATIVE,
    /** Nothing runs: the result is the memory of an input. */
    VIEW,
    /** Other operations, each with its own entry. */
    LOWERED,
    /** The host function: download, compute in double, upload. */
    HOST
  }
}
