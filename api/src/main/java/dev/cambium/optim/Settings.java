package dev.cambium.optim;

/** The checks of this package's numbers. */
final class Settings {
  private Settings() {}

  static void rate(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " must be a finite number of at least 0, got " + value);
    }
  }

  static void positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be positive and finite, got " + value);
    }
  }

  static void steps(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1 step, got " + value);
    }
  }

  static void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be of [0, 1), got " + value);
    }
  }
}
