package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * Prepares operations of one class.
 *
 * @param <O> the class
 */
@FunctionalInterface
public interface KernelFactory<O extends Op> {
  /** A kernel, a view, or a reasoned no. */
  Prepared prepare(O op, List<ValueType> inputs);
}
