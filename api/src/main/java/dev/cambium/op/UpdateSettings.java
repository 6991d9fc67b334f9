package dev.cambium.op;

import java.util.List;

/** The checks of optimisers' numbers. */
final class UpdateSettings {
  private UpdateSettings() {}

  static void atLeastZero(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be at least 0 and finite, got " + value);
    }
  }

  static void fraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(name + " must be of [0, 1), got " + value);
    }
  }

  static List<UpdateOptions> options(String op, List<UpdateOptions> options) {
    if (options.isEmpty()) {
      throw new IllegalArgumentException(
          "options of " + op + " must be one per parameter, got none");
    }
    return List.copyOf(options);
  }
}
