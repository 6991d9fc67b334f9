package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.TensorType;

/**
 * A kernel's output that was not what the second backend of a {@link ShadowingBackend} computed.
 *
 * @param label which operation of which layer
 * @param op the operation
 * @param output which of its outputs
 * @param type the output's type
 * @param elements how many elements are beyond the bound
 * @param index the worst of them, in row-major order
 * @param expected what the second backend computed there
 * @param got what the first computed
 * @param bound how far apart they may be
 */
public record Divergence(
    String label,
    Op op,
    int output,
    TensorType type,
    long elements,
    long index,
    double expected,
    double got,
    double bound) {
  /** All of it in one line. */
  public String message() {
    return label
        + ": output "
        + output
        + ", "
        + type
        + ", differs in "
        + elements
        + (elements == 1 ? " element" : " elements")
        + "; the worst is element "
        + index
        + ", expected "
        + expected
        + ", got "
        + got
        + ", bound "
        + bound
        + " ("
        + op
        + ")";
  }
}
