package dev.cambium.data.augment;

/** The checks of mixtures' numbers. */
final class MixSettings {
  private MixSettings() {}

  static void alpha(String mix, double alpha) {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "alpha of " + mix + " must be above 0 and finite, got " + alpha);
    }
  }

  static void probability(String name, double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException(name + " must be of [0, 1], got " + probability);
    }
  }
}
