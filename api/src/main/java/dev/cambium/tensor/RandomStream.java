package dev.cambium.tensor;

/**
 * A sequence of random numbers from {@link Philox4x32}: the same (seed, name) gives the same
 * numbers on every platform. Gaussians come from Box and Muller's transform with {@link
 * StrictMath}. Not safe for concurrent use; take one stream per purpose by name.
 */
public final class RandomStream {
  private final int key0;
  private final int key1;
  private final int stream;
  private final int[] block = new int[4];
  private long blockIndex;
  private int position = 4;
  private double spareGaussian = Double.NaN;

  /**
   * A stream at its beginning.
   *
   * @param seed the experiment's seed
   * @param name what the numbers are for, for example a parameter's path
   */
  public RandomStream(long seed, String name) {
    this.key0 = (int) seed;
    this.key1 = (int) (seed >>> 32);
    this.stream = Philox4x32.stream(name);
  }

  /** 32 random bits. */
  public int nextInt() {
    if (position == 4) {
      Philox4x32.block(
          key0, key1, (int) blockIndex, (int) (blockIndex >>> 32), 0, stream, block, 0);
      blockIndex++;
      position = 0;
    }
    return block[position++];
  }

  /** A uniform integer of 0 (inclusive) to {@code bound} (exclusive), without bias. */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be positive, got " + bound);
    }
    long threshold = (1L << 32) % bound;
    while (true) {
      long bits = nextInt() & 0xFFFFFFFFL;
      if (bits >= threshold) {
        return (int) (bits % bound);
      }
    }
  }

  /** A uniform double of [0, 1) with 53 random bits. */
  public double nextDouble() {
    long high = nextInt() & 0xFFFFFFFFL;
    long low = nextInt() & 0xFFFFFFFFL;
    return ((high << 21) ^ (low >>> 11)) * 0x1.0p-53;
  }

  /** A uniform double of [{@code low}, {@code high}). */
  public double nextUniform(double low, double high) {
    return low + (high - low) * nextDouble();
  }

  /** A draw from the normal distribution with mean 0 and standard deviation 1. */
  public double nextGaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double result = spareGaussian;
      spareGaussian = Double.NaN;
      return result;
    }
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
    double angle = 2 * Math.PI * nextDouble();
    spareGaussian = radius * StrictMath.sin(angle);
    return radius * StrictMath.cos(angle);
  }

  /**
   * A draw from the gamma distribution of shape k and scale 1, whose density is proportional to
   * x^(k-1) exp(-x): mean k, variance k. By G. Marsaglia and W. W. Tsang, "A Simple Method for
   * Generating Gamma Variables", 2000. With a shape near 0 most draws are too small for a double
   * and become 0.
   *
   * @param shape k, above 0 and finite
   */
  public double nextGamma(double shape) {
    return StrictMath.exp(nextLogGamma("shape", shape));
  }

  /**
   * A draw from the beta distribution of [0, 1], whose density is proportional to x^(a-1)
   * (1-x)^(b-1): X / (X + Y) of two draws from gamma distributions of shapes a and b. Mean a / (a +
   * b); with both 1 it is uniform, near 0 it is close to a choice between 0 and 1, and large ones
   * gather it at the mean.
   *
   * @param a above 0 and finite
   * @param b above 0 and finite
   */
  public double nextBeta(double a, double b) {
    double x = nextLogGamma("a", a);
    double y = nextLogGamma("b", b);
    if (x == y) {
      // Also where both are beyond a double's range: the limit of shapes near 0.
      return Double.isInfinite(x) ? (nextDouble() * (a + b) < a ? 1 : 0) : 0.5;
    }
    return 1 / (1 + StrictMath.exp(y - x));
  }

  /** The logarithm of a draw, which small shapes do not take out of a double's range. */
  private double nextLogGamma(String name, double shape) {
    if (!(shape > 0 && shape < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be above 0 and finite, got " + shape);
    }
    // A draw of shape k is one of shape k + 1 times U^(1/k).
    double power = shape < 1 ? StrictMath.log(1 - nextDouble()) / shape : 0;
    double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = nextGaussian();
      double root = 1 + c * x;
      if (root > 0) {
        double logCube = 3 * StrictMath.log(root);
        double accepted = 0.5 * x * x + d * (1 - root * root * root + logCube);
        if (StrictMath.log(1 - nextDouble()) < accepted) {
          return StrictMath.log(d) + logCube + power;
        }
      }
    }
  }

  /** Puts {@code values} into random order (Fisher-Yates). */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int swap = values[i];
      values[i] = values[j];
      values[j] = swap;
    }
  }
}
