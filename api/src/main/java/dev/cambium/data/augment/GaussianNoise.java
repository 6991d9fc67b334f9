package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * Adds a number drawn from the normal distribution to every value. As torchvision's {@code
 * GaussianNoise} with mean 0. Works in place.
 *
 * @param std the standard deviation, at least 0, in units of pixels of [0, 1]; 0 changes nothing
 * @param clip whether results are clamped to [0, 1]
 */
public record GaussianNoise(double std, boolean clip) implements SampleTransform {
  /** Checks the deviation. */
  public GaussianNoise {
    Require.notNegative("std of GaussianNoise", std);
  }

  /** Clamped to [0, 1], torchvision's default. */
  public static GaussianNoise of(double std) {
    return new GaussianNoise(std, true);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    if (std == 0) {
      return image;
    }
    float[] values = image.values();
    for (int i = 0; i < values.length; i++) {
      float noisy = values[i] + (float) (std * Ziggurat.next(random));
      values[i] = clip ? Math.max(0, Math.min(1, noisy)) : noisy;
    }
    return image;
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("GaussianNoise", shape).shape();
  }
}
