package dev.cambium.optim;

import dev.cambium.tensor.TensorType;
import java.util.Objects;
import java.util.function.LongToDoubleFunction;

/**
 * A scalar input of the training graph that the host computes anew for every update: the learning
 * rate, a bias correction.
 *
 * @param name the name of the graph's input
 * @param type its rank-0 type
 * @param value from the number of updates made before (0 for the first) to the value
 */
public record StepInput(String name, TensorType type, LongToDoubleFunction value) {
  /** Checks that nothing is null. */
  public StepInput {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(value, "value");
  }
}
