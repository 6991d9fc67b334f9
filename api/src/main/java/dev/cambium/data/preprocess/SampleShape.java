package dev.cambium.data.preprocess;

import dev.cambium.tensor.Shape;

/** Checks statistics that belong to samples of one shape. */
final class SampleShape {
  private SampleShape() {}

  /** Checks that samples have the shape that the statistics were fitted on. */
  static void requireSame(Shape fitted, Shape samples) {
    if (!samples.equals(fitted)) {
      throw new IllegalArgumentException(
          "preprocessing was fitted on samples of shape %s, got samples of shape %s"
              .formatted(fitted, samples));
    }
  }

  /** Checks that there is a finite number for each of {@code count}. */
  static void requireFinite(String name, float[] values, long count) {
    if (values.length != count) {
      throw new IllegalArgumentException(
          "%s needs %d numbers, got %d".formatted(name, count, values.length));
    }
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(name + " must be finite, got " + value);
      }
    }
  }

  static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
