package dev.cambium.op;

import java.util.List;

/** Applies operations to values: records them as nodes of a graph, or computes them at once. */
public interface Emitter {
  /**
   * The outputs of {@code op} on {@code inputs}.
   *
   * @throws IllegalArgumentException when the inputs' types do not fit the operation
   */
  List<Value> emit(Op op, List<Value> inputs);

  /** The first output of {@code op} on {@code inputs}. */
  default Value emit(Op op, Value... inputs) {
    return emit(op, List.of(inputs)).get(0);
  }
}
