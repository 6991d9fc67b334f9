package dev.cambium.op;

import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * An operation: an immutable record of its static parameters. Its javadoc is the contract that
 * every kernel keeps: formula, shapes, special values, errors, source. What changes from step to
 * step is an input, never a field.
 *
 * <p>Anybody can implement this interface; an operation with {@link #infer} and {@link #host} runs
 * on every backend, one with {@link #gradient} trains, and one with {@link #lower} uses the native
 * kernels of the operations it is made of.
 */
public interface Op {
  /**
   * The types of the outputs.
   *
   * @throws IllegalArgumentException when number, element types or shapes of the inputs do not fit;
   *     the message names the input, what it was and what was expected
   */
  List<ValueType> infer(List<ValueType> inputs);

  /**
   * Whether a kernel may be given the same memory for {@code output} and {@code input}: each
   * element of the output then depends on no other element of that input.
   */
  default boolean mayAlias(int output, int input) {
    return false;
  }

  /** This operation in terms of others, or empty; the results in the order of the outputs. */
  default Optional<List<Value>> lower(Emitter emitter, List<Value> inputs) {
    return Optional.empty();
  }

  /**
   * Emits the gradient: from dL/d(output) to dL/d(input).
   *
   * @param emitter where to emit
   * @param inputs the inputs of the forward operation
   * @param outputs its outputs
   * @param outputGradients the gradient of each output; empty where nothing depends on it
   * @return the gradient of each input; empty where it has none (labels, caches)
   * @throws UnsupportedOperationException when the operation has no gradient
   */
  default List<Optional<Value>> gradient(
      Emitter emitter,
      List<Value> inputs,
      List<Value> outputs,
      List<Optional<Value>> outputGradients) {
    throw new UnsupportedOperationException(
        name()
            + " has no gradient; implement Op.gradient or keep it off the path from parameters to the loss");
  }

  /** The meaning of the operation in plain Java, or empty when it is only ever lowered. */
  default Optional<HostFunction> host() {
    return Optional.empty();
  }

  /** The name in messages, traces and the coverage matrix. */
  default String name() {
    return getClass().getSimpleName();
  }
}
