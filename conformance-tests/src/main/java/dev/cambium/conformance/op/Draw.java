package dev.cambium.conformance.op;

import dev.cambium.tensor.TensorType;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/** The numbers that an input of a case is filled with. */
@FunctionalInterface
interface Draw {
  /** As many numbers as the type has elements, exact in its element type or rounded to it later. */
  double[] values(TensorType type, SplittableRandom random);

  /**
   * Odd integers of exactly 13 significant bits and either sign, of 4097 to 8191: TF32 keeps 11
   * bits, BFLOAT16 8, so a product with such a rounded operand is wrong. Sums of up to 2,048 of
   * them are exact in FLOAT32.
   */
  static Draw wide() {
    return each(random -> (4097 + 2 * random.nextInt(2048)) * sign(random));
  }

  /** -1, 0 and 1, one in eight of them 0. */
  static Draw signs() {
    return each(random -> random.nextInt(8) == 0 ? 0 : sign(random));
  }

  /** Integers of -limit to limit. */
  static Draw integers(int limit) {
    return each(random -> random.nextInt(-limit, limit + 1));
  }

  /** Integers of {@code from} to {@code to}, both included; labels, for example. */
  static Draw integers(int from, int to) {
    return each(random -> random.nextInt(from, to + 1));
  }

  /** Normally distributed numbers of mean 0 and deviation 1. */
  static Draw normal() {
    return each(SplittableRandom::nextGaussian);
  }

  /** Normally distributed numbers. */
  static Draw normal(double mean, double deviation) {
    return each(random -> mean + deviation * random.nextGaussian());
  }

  /** Uniformly distributed numbers of [from, to). */
  static Draw uniform(double from, double to) {
    return each(random -> from + (to - from) * random.nextDouble());
  }

  /** The numbers {@code -n/2 .. n/2} in a random order: no two are equal. */
  static Draw distinct() {
    return (type, random) -> {
      int n = type.shape().intSize();
      double[] values = new double[n];
      for (int i = 0; i < n; i++) {
        int other = random.nextInt(i + 1);
        values[i] = values[other];
        values[other] = i - n / 2;
      }
      return values;
    };
  }

  /** These numbers, over and over. */
  static Draw of(double... values) {
    return (type, random) -> {
      double[] repeated = new double[type.shape().intSize()];
      Arrays.setAll(repeated, i -> values[i % values.length]);
      return repeated;
    };
  }

  /** This draw with every {@code period}-th element, from {@code first} on, replaced in turn. */
  default Draw with(int first, int period, double... replacements) {
    return (type, random) -> {
      double[] values = values(type, random);
      for (int i = first, k = 0; i < values.length; i += period, k++) {
        values[i] = replacements[k % replacements.length];
      }
      return values;
    };
  }

  /** Each element independently. */
  static Draw each(ToDoubleFunction<SplittableRandom> one) {
    return (type, random) -> {
      double[] values = new double[type.shape().intSize()];
      Arrays.setAll(values, i -> one.applyAsDouble(random));
      return values;
    };
  }

  private static int sign(SplittableRandom random) {
    return random.nextBoolean() ? 1 : -1;
  }
}
