package dev.cambium.nn.init;

import dev.cambium.tensor.Shape;

/**
 * How many inputs one output of a layer sums over, and how many outputs one input reaches: the
 * numbers from which initialisers compute their variance.
 *
 * @param in products summed into one output
 * @param out outputs that one input contributes to (borders and strides left aside)
 */
public record Fans(long in, long out) {
  /** Checks that neither is negative. */
  public Fans {
    if (in < 0 || out < 0) {
      throw new IllegalArgumentException(
          "fans must not be negative, got in " + in + " and out " + out);
    }
  }

  /**
   * The fans of a weight of the given shape: [O, I] of a linear layer gives (I, O); [O, I, kH, kW,
   * ...] of a convolution gives (I kH kW, O kH kW); a vector is its own fan, a scalar has fan 1.
   */
  public static Fans of(Shape shape) {
    return ofGroups(shape, 1);
  }

  /**
   * The fans of a convolution's filters of shape [O, I / groups, kH, kW]: an output sees I / groups
   * planes, and an input reaches the O / groups planes of its own group.
   *
   * @throws IllegalArgumentException when groups is less than 1 or does not divide O
   */
  public static Fans ofGroups(Shape shape, int groups) {
    if (groups < 1 || (shape.rank() >= 2 && shape.dim(0) % groups != 0)) {
      throw new IllegalArgumentException(
          "groups of Fans must be at least 1 and divide the outputs of shape "
              + shape
              + ", got "
              + groups);
    }
    if (shape.rank() < 2) {
      return new Fans(shape.size(), shape.size());
    }
    long taps = shape.size(2, shape.rank());
    return new Fans(shape.dim(1) * taps, shape.dim(0) / groups * taps);
  }
}
