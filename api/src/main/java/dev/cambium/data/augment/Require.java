package dev.cambium.data.augment;

/** The checks of settings that many augmentations share; each returns what it has checked. */
final class Require {
  private Require() {}

  static double fraction(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
    }
    return value;
  }

  static double notNegative(String name, double value) {
    if (!(value >= 0 && value <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(name + " must be finite and at least 0, got " + value);
    }
    return value;
  }

  static double positive(String name, double value) {
    if (!(value > 0 && value <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(name + " must be positive and finite, got " + value);
    }
    return value;
  }

  static double finite(String name, double value) {
    if (!(Math.abs(value) <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(name + " must be finite, got " + value);
    }
    return value;
  }

  static int atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", got " + value);
    }
    return value;
  }

  static void size(String owner, int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "the size of %s must be at least 1x1, got %dx%d".formatted(owner, height, width));
    }
  }

  static void within(String name, Range range, double least, double most) {
    if (range.low() < least || range.high() > most) {
      throw new IllegalArgumentException(
          "%s must lie in [%s, %s], got %s".formatted(name, least, most, range));
    }
  }

  static void positive(String name, Range range) {
    if (!(range.low() > 0)) {
      throw new IllegalArgumentException(name + " must be positive, got " + range);
    }
  }

  static void shear(String name, Range range) {
    if (!(range.low() > -90 && range.high() < 90)) {
      throw new IllegalArgumentException(
          name + " must lie between -90 and 90 degrees, got " + range);
    }
  }
}
