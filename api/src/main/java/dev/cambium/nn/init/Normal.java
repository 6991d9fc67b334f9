package dev.cambium.nn.init;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;

/**
 * Draws from the normal distribution N(0, standardDeviation^2), whatever the fans.
 *
 * @param standardDeviation at least 0
 */
public record Normal(double standardDeviation) implements Initializer {
  /** Checks the standard deviation. */
  public Normal {
    if (!(standardDeviation >= 0 && standardDeviation < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "standardDeviation of Normal must be at least 0 and finite, got " + standardDeviation);
    }
  }

  /**
   * N(0, 0.01^2): the "small numbers" of many early nets, whatever the fans. Fine for a few layers;
   * in a deep net the signal dies out. Breaks the symmetry of the units where a size that follows
   * from the fans is not wanted.
   */
  public static Normal small() {
    return new Normal(0.01);
  }

  @Override
  public HostArray initialise(TensorType type, Fans fans, RandomStream random) {
    HostArray array = HostArray.allocate(type);
    for (int i = 0; i < type.shape().intSize(); i++) {
      array.set(i, standardDeviation * random.nextGaussian());
    }
    return array;
  }
}
