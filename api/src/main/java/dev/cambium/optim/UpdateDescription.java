package dev.cambium.optim;

import dev.cambium.nn.StateSpec;
import dev.cambium.op.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an update added to the training graph.
 *
 * @param stepInputs the inputs that the host computes for every update
 * @param states the optimiser's states by name, in the order of declaration
 * @param gradientNorm the length of all gradients before clipping, where there is clipping; also
 *     the graph's value {@link UpdateRule#GRADIENT_NORM}
 */
public record UpdateDescription(
    List<StepInput> stepInputs, Map<String, StateSpec> states, Optional<Value> gradientNorm) {
  /** Copies the list; the map is unmodifiable already. */
  public UpdateDescription {
    stepInputs = List.copyOf(stepInputs);
  }
}
