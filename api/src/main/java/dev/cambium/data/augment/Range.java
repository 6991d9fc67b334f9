package dev.cambium.data.augment;

import dev.cambium.tensor.RandomStream;

/**
 * The numbers from {@code low} to {@code high}, of which one is drawn uniformly.
 *
 * @param low the smallest
 * @param high the largest, at least {@code low}; both are finite as floats
 */
public record Range(double low, double high) {
  /** Checks that the ends are finite and in order. */
  public Range {
    if (!(Math.abs(low) <= Float.MAX_VALUE && Math.abs(high) <= Float.MAX_VALUE && low <= high)) {
      throw new IllegalArgumentException(
          "a range must go from a finite number to one that is not smaller, got %s to %s"
              .formatted(low, high));
    }
  }

  /** From {@code low} to {@code high}. */
  public static Range of(double low, double high) {
    return new Range(low, high);
  }

  /** One number alone, which is then always drawn. */
  public static Range only(double value) {
    return new Range(value, value);
  }

  /** From {@code -most} to {@code most}. */
  public static Range plusMinus(double most) {
    return new Range(-Require.notNegative("the largest value of a range", most), most);
  }

  /**
   * A factor around 1: from {@code 1 - most}, or 0 where that is negative, to {@code 1 + most}, as
   * torchvision reads the single numbers of its ColorJitter.
   */
  public static Range factor(double most) {
    Require.notNegative("the largest change of a factor", most);
    return new Range(Math.max(0, 1 - most), 1 + most);
  }

  /** Whether nothing but {@code value} can be drawn. */
  boolean isOnly(double value) {
    return low == value && high == value;
  }

  /** A uniform draw; takes one number of the stream, whatever the ends. */
  double draw(RandomStream random) {
    return random.nextUniform(low, high);
  }

  @Override
  public String toString() {
    return low == high ? Double.toString(low) : low + ".." + high;
  }
}
