package dev.cambium.nn;

import dev.cambium.tensor.Shape;

/** The checks of a layer's input, with messages that name the layer, its path and the shapes. */
final class Inputs {
  private Inputs() {}

  /** Requires [N, C, H, W]. */
  static void requireImages(LayerContext context, Layer layer, Shape input) {
    if (input.rank() != 4) {
      throw context.error(
          layer.kind()
              + " expects images [N, C, H, W], got input shape "
              + input
              + "; put it before the layer that flattens, or reshape the data");
    }
  }

  /** Requires the number of channels or features that the parameters were first made for. */
  static void requireAsFirst(
      LayerContext context, Layer layer, String what, long expected, long got, Shape input) {
    if (expected != got) {
      throw context.error(
          layer.kind()
              + " expects "
              + expected
              + " "
              + what
              + " as at its first call, got "
              + got
              + " (input shape "
              + input
              + "); feed inputs with "
              + expected
              + " "
              + what
              + " or build a new network for "
              + got);
    }
  }
}
