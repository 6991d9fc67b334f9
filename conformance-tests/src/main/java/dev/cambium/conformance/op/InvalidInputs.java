package dev.cambium.conformance.op;

import dev.cambium.conformance.check.BackendUnderTest;
import dev.cambium.conformance.check.ConformanceCase;
import dev.cambium.conformance.check.MemoryBaseline;
import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.Declined;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.MemoryStatistics;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * A row of types that an operation does not take: preparing it throws, before memory is touched,
 * and says which operation and which input.
 *
 * @param op the operation
 * @param what is wrong, for the id
 * @param named the input that is wrong, which the message names; empty where there is to be none
 * @param inputs the types
 */
record InvalidInputs(Op op, String what, String named, List<ValueType> inputs) {
  InvalidInputs {
    inputs = List.copyOf(inputs);
  }

  /** A row. */
  static InvalidInputs of(Op op, String what, String named, ValueType... inputs) {
    return new InvalidInputs(op, what, named, List.of(inputs));
  }

  /** The case {@code OP/errors/WHAT}. */
  ConformanceCase toCase() {
    return new ConformanceCase(op.name() + "/errors/" + what, op.name(), this::check);
  }

  private void check(BackendUnderTest backend) {
    Backend shared = backend.shared();
    MemoryStatistics before = shared.memory();
    String message = message(shared);
    if (!message.contains(op.name()) || !message.matches(naming())) {
      throw new AssertionError(
          "the message must name "
              + op.name()
              + " and its input "
              + named
              + ", got \""
              + message
              + "\"");
    }
    requireNoKernel(backend.unchecked());
    MemoryBaseline.require(toCase().id(), before, shared.memory());
  }

  /** Without any checks around it, too, the backend makes no kernel for the types. */
  private void requireNoKernel(Backend unchecked) {
    Prepared prepared;
    try {
      prepared = unchecked.prepare(op, inputs);
    } catch (IllegalArgumentException e) {
      return;
    } catch (RuntimeException e) {
      throw new AssertionError(op + " of " + inputs + " must throw IllegalArgumentException", e);
    }
    if (!(prepared instanceof Declined)) {
      throw new AssertionError(
          op + " of " + inputs + " must be declined or refused, got " + prepared);
    }
  }

  /** A message that speaks of the input, alone or among all that are expected. */
  private String naming() {
    if (named.isEmpty()) {
      return "(?s).*\\b0 inputs\\b.*";
    }
    return "(?s).*(input |inputs? \\[[^]]*)\\b" + named + "\\b.*";
  }

  private String message(Backend shared) {
    Prepared prepared;
    try {
      prepared = shared.prepare(op, inputs);
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      throw new AssertionError(op + " of " + inputs + " must throw IllegalArgumentException", e);
    }
    if (prepared instanceof Kernel kernel) {
      kernel.close();
    }
    throw new AssertionError(
        op + " of " + inputs + " must throw IllegalArgumentException, got " + prepared);
  }
}
