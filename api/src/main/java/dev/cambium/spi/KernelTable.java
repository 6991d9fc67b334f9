package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.tensor.ValueType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From an operation's class to the factory of its kernels: the natural implementation of {@link
 * Backend#prepare}.
 */
public final class KernelTable {
  private final Map<Class<? extends Op>, KernelFactory<?>> factories = new LinkedHashMap<>();

  /** Creates an empty table: every operation is declined. */
  public KernelTable() {}

  /** Adds a factory; a second one for the same class replaces the first. */
  public <O extends Op> KernelTable put(Class<O> type, KernelFactory<O> factory) {
    factories.put(type, factory);
    return this;
  }

  /** The operations with a factory. */
  public Set<Class<? extends Op>> operations() {
    return Set.copyOf(factories.keySet());
  }

  /**
   * What the factory of the operation's class says; declined when there is none. Factories see only
   * types that the operation takes.
   *
   * @throws IllegalArgumentException when {@link Op#infer} does not take the inputs
   */
  public Prepared prepare(Op op, List<ValueType> inputs) {
    op.infer(inputs);
    KernelFactory<?> factory = factories.get(op.getClass());
    return factory == null
        ? new Declined("no kernel for " + op.name())
        : prepare(op.getClass(), factory, op, inputs);
  }

  @SuppressWarnings("unchecked")
  private static <O extends Op> Prepared prepare(
      Class<O> type, KernelFactory<?> factory, Op op, List<ValueType> inputs) {
    return ((KernelFactory<O>) factory).prepare(type.cast(op), inputs);
  }
}
