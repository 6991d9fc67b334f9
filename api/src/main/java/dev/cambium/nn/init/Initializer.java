package dev.cambium.nn.init;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;

/**
 * Gives a parameter its first values. They are computed on the host in double and rounded once, so
 * that the same seed gives the same bits whatever the backend.
 */
@FunctionalInterface
public interface Initializer {
  /**
   * The first values of a parameter.
   *
   * @param type element type and shape
   * @param fans inputs and outputs per weight
   * @param random the parameter's own random numbers, at their beginning
   */
  HostArray initialise(TensorType type, Fans fans, RandomStream random);

  /** The first values of a parameter whose fans follow from its shape. */
  default HostArray initialise(Shape shape, DType dtype, RandomStream random) {
    return initialise(new TensorType(dtype, shape), Fans.of(shape), random);
  }
}
