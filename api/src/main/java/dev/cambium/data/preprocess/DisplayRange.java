package dev.cambium.data.preprocess;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;

/**
 * Brings values that are no pixels, such as components or whitened samples, to [0, 1] to look at.
 */
public final class DisplayRange {
  private DisplayRange() {}

  /**
   * {@code 0.5 + v / (2 max |v|)}: zero is grey, and what is largest in magnitude is black or
   * white. A picture of zeros alone is grey.
   */
  public static Image aroundZero(Image image) {
    float largest = 0;
    for (float v : image.values()) {
      largest = Math.max(largest, Math.abs(v));
    }
    return scaled(image, largest == 0 ? 0 : 0.5f / largest, 0.5f);
  }

  /**
   * {@code v / max v}: zero is black and the largest value white. For values that are not negative.
   */
  public static Image fromZero(Image image) {
    float largest = 0;
    for (float v : image.values()) {
      largest = Math.max(largest, v);
    }
    return scaled(image, largest == 0 ? 0 : 1 / largest, 0);
  }

  private static Image scaled(Image image, float factor, float offset) {
    float[] out = new float[image.values().length];
    for (int i = 0; i < out.length; i++) {
      out[i] = image.values()[i] * factor + offset;
    }
    return Image.of(image.channels(), image.height(), image.width(), out);
  }

  /**
   * Values of one sample as a picture, as they are.
   *
   * @throws IllegalStateException when samples are not images
   */
  static Image picture(Shape shape, float[] values) {
    if (shape.rank() != 3) {
      throw new IllegalStateException("samples of shape " + shape + " are not images [C, H, W]");
    }
    return Image.of(shape.dim(0), shape.dim(1), shape.dim(2), values);
  }
}
