package dev.cambium.conformance.op;

import dev.cambium.tensor.Shape;
import java.util.List;

/** The shapes and numbers at which batch normalisation is examined. */
final class NormLayers {
  /**
   * Two values per channel, primes, vector sizes and one less and more, as batches, channels and
   * planes.
   */
  static final List<Shape> ALL =
      Shapes.shapes(
          "2 1",
          "2 3",
          "3 1",
          "5 7",
          "17 8",
          "2 16",
          "33 15",
          "64 17",
          "7 31",
          "257 3",
          "16 64",
          "9 65",
          "3 257",
          "2 300 2 3",
          "1 1 1 2",
          "1 3 2 1",
          "2 1 1 1",
          "2 3 1 1",
          "2 3 5 7",
          "3 7 4 5",
          "1 8 7 9",
          "2 9 3 4",
          "4 15 3 3",
          "2 16 5 6",
          "2 17 3 7",
          "1 31 6 5",
          "2 32 4 5",
          "1 33 5 3",
          "2 63 2 3",
          "2 64 4 4",
          "1 65 3 5",
          "13 2 11 1",
          "2 3 1 65",
          "4 32 8 8");

  /** A few of them, for what is examined beside shapes. */
  static final List<Shape> FEW = Shapes.shapes("7 5", "16 17", "2 3 5 7", "3 16 4 5");

  /** Batches of 0 and 1, which only inference takes. */
  static final List<Shape> EMPTY_OR_ONE =
      Shapes.shapes("0 3", "1 1", "1 17", "0 3 4 5", "1 5 1 1", "1 16 1 1");

  private NormLayers() {}

  /** In each channel another whole number, so that its variance is 0. */
  static Draw constants() {
    return (type, random) -> {
      NormChannels channels = new NormChannels(type.shape());
      double[] values = new double[type.shape().intSize()];
      for (int c = 0; c < channels.channels(); c++) {
        double constant = random.nextInt(-20, 21);
        channels.forEach(c, i -> values[i] = constant);
      }
      return values;
    };
  }

  /** In each channel numbers of its own size, from thousandths to thousands. */
  static Draw scaled() {
    return (type, random) -> {
      NormChannels channels = new NormChannels(type.shape());
      double[] values = Draw.normal().values(type, random);
      for (int c = 0; c < channels.channels(); c++) {
        double scale = Math.pow(10, random.nextInt(-3, 4));
        channels.forEach(c, i -> values[i] *= scale);
      }
      return values;
    };
  }

  /**
   * In each channel as many numbers of [1, 1.5] as of [-1.5, -1], or one more: normalised, none of
   * them is near 0.
   */
  static Draw twoSided() {
    return (type, random) -> {
      NormChannels channels = new NormChannels(type.shape());
      double[] values = Draw.uniform(1, 1.5).values(type, random);
      for (int c = 0; c < channels.channels(); c++) {
        double[] sign = {random.nextBoolean() ? 1 : -1};
        channels.forEach(
            c,
            i -> {
              values[i] *= sign[0];
              sign[0] = -sign[0];
            });
      }
      return values;
    };
  }

  /** Of either sign and away from 0. */
  static Draw slopes() {
    return Draw.each(random -> (1 + random.nextDouble()) * (random.nextBoolean() ? 1 : -1));
  }
}
