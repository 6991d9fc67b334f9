package dev.cambium.nn;

import dev.cambium.nn.init.Fans;
import dev.cambium.nn.init.Initializer;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;
import java.util.Objects;

/**
 * A tensor that a network keeps from step to step.
 *
 * @param name the path, as in PyTorch's {@code state_dict}: {@code features.0.weight}
 * @param type element type and shape
 * @param initializer what gives the first values
 * @param fans inputs and outputs per weight, for the initialiser
 * @param role what it is for
 */
public record StateSpec(
    String name, TensorType type, Initializer initializer, Fans fans, Role role) {
  /** What a state is for. */
  public enum Role {
    /** Changed by the optimiser, saved with the model. */
    PARAMETER,
    /** Changed by the layer itself, saved with the model: running statistics, counters. */
    BUFFER,
    /** Given by the configuration, never changed, not saved with the model: class weights. */
    CONSTANT,
    /** An optimiser's memory of past gradients, saved with checkpoints but not with the model. */
    SLOT
  }

  /** Checks that nothing is null. */
  public StateSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(initializer, "initializer");
    Objects.requireNonNull(fans, "fans");
    Objects.requireNonNull(role, "role");
  }

  /** Whether an optimiser may change it. */
  public boolean trainable() {
    return role == Role.PARAMETER;
  }

  /**
   * Whether this is a parameter with two dimensions or more: a matrix or filters, as opposed to a
   * bias or the scale and shift of a normalisation.
   */
  public boolean isWeight() {
    return trainable() && type.shape().rank() >= 2;
  }

  /**
   * The first values under the given seed; they depend on nothing but the seed and the name, those
   * of a constant on the name alone.
   */
  public HostArray initialise(long seed) {
    HostArray values =
        initializer.initialise(
            type, fans, new RandomStream(role == Role.CONSTANT ? 0 : seed, name));
    if (!values.type().equals(type)) {
      throw new IllegalStateException(
          "initializer of " + name + " gave " + values.type() + ", expected " + type);
    }
    return values;
  }
}
