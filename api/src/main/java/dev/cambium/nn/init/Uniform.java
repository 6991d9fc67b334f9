package dev.cambium.nn.init;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.TensorType;

/**
 * Draws from the uniform distribution over [low, high), whatever the fans.
 *
 * @param low the least value
 * @param high the bound above, at least {@code low}
 */
public record Uniform(double low, double high) implements Initializer {
  /** Checks the interval. */
  public Uniform {
    if (!(low <= high && Double.isFinite(low) && Double.isFinite(high))) {
      throw new IllegalArgumentException(
          "Uniform needs a finite interval with low <= high, got low " + low + ", high " + high);
    }
  }

  /** Draws over [-limit, limit). */
  public static Uniform symmetric(double limit) {
    return new Uniform(-limit, limit);
  }

  /** Draws over +-sqrt(3) d, whose standard deviation is d. */
  public static Uniform withStandardDeviation(double d) {
    return symmetric(Math.sqrt(3) * d);
  }

  /** Draws of standard deviation 0.01, the uniform counterpart of {@link Normal#small()}. */
  public static Uniform small() {
    return withStandardDeviation(0.01);
  }

  @Override
  public HostArray initialise(TensorType type, Fans fans, RandomStream random) {
    HostArray array = HostArray.allocate(type);
    for (int i = 0; i < type.shape().intSize(); i++) {
      array.set(i, random.nextUniform(low, high));
    }
    return array;
  }
}
