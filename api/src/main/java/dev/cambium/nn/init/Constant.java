package dev.cambium.nn.init;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;

/**
 * The same number everywhere: right for biases (0) and the scale of a normalisation (1), wrong for
 * weights, whose units would stay copies of each other.
 *
 * @param value the number
 */
public record Constant(double value) implements Initializer {
  /** All 0. */
  public static final Constant ZEROS = new Constant(0);

  /** All 1. */
  public static final Constant ONES = new Constant(1);

  @Override
  public HostArray initialise(TensorType type, Fans fans, RandomStream random) {
    HostArray array = HostArray.allocate(type);
    if (value != 0) {
      for (int i = 0; i < type.shape().intSize(); i++) {
        array.set(i, value);
      }
    }
    return array;
  }
}
