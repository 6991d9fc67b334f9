package dev.cambium.data.augment;

import dev.cambium.tensor.RandomStream;

/**
 * Normal random numbers in bulk, several times as fast as {@link RandomStream#nextGaussian}, which
 * takes logarithms and angles for each: the area under the bell curve is cut into 128 layers of one
 * size, so that most draws are a product.
 *
 * <p>The layer and the place in it come from different bits. A number has 24 bits and a sign,
 * enough for a float. The rare draws that need a function take it from {@link StrictMath}, so that
 * results are the same on every platform.
 *
 * <p>Source: G. Marsaglia and W. W. Tsang, "The Ziggurat Method for Generating Random Variables",
 * 2000, in the form of J. A. Doornik, "An Improved Ziggurat Method to Generate Normal Random
 * Samples", 2005.
 */
final class Ziggurat {
  private static final int LAYERS = 128;

  /** Where the tail begins, and the area of a layer, as the paper computes them for 128. */
  private static final double TAIL = 3.442619855899;

  private static final double AREA = 9.91256303526217e-3;

  /** The right edges of the layers, from the bottom; the bottom one is as wide as its area says. */
  private static final double[] EDGE = new double[LAYERS + 1];

  /** The share of each layer that lies under the curve as a whole. */
  private static final double[] SURE = new double[LAYERS];

  static {
    EDGE[0] = AREA / bell(TAIL);
    EDGE[1] = TAIL;
    for (int i = 2; i < LAYERS; i++) {
      EDGE[i] = StrictMath.sqrt(-2 * StrictMath.log(AREA / EDGE[i - 1] + bell(EDGE[i - 1])));
    }
    for (int i = 0; i < LAYERS; i++) {
      SURE[i] = EDGE[i + 1] / EDGE[i];
    }
  }

  private Ziggurat() {}

  private static double bell(double x) {
    return StrictMath.exp(-0.5 * x * x);
  }

  /** A draw with mean 0 and standard deviation 1. */
  static double next(RandomStream random) {
    while (true) {
      int bits = random.nextInt();
      int layer = bits & (LAYERS - 1);
      // An odd multiple of 2^-25: symmetric, and never 0.
      double place = ((bits >> 7) + 0.5) * 0x1.0p-24;
      double x = place * EDGE[layer];
      if (Math.abs(place) < SURE[layer]) {
        return x;
      }
      if (layer == 0) {
        return place < 0 ? -tail(random) : tail(random);
      }
      double lower = StrictMath.exp(-0.5 * (EDGE[layer] * EDGE[layer] - x * x));
      double upper = StrictMath.exp(-0.5 * (EDGE[layer + 1] * EDGE[layer + 1] - x * x));
      if (lower + random.nextDouble() * (upper - lower) < 1) {
        return x;
      }
    }
  }

  /** A draw from beyond the last layer, by Marsaglia's method of 1964. */
  private static double tail(RandomStream random) {
    while (true) {
      double x = -StrictMath.log(1 - random.nextDouble()) / TAIL;
      double y = -StrictMath.log(1 - random.nextDouble());
      if (2 * y > x * x) {
        return TAIL + x;
      }
    }
  }
}
