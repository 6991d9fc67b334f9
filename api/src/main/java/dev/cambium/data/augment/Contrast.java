package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * Spreads pixels from the mean grey of the picture, or draws them to it: {@code y = factor * x + (1
 * - factor) * mean}, clamped to [0, 1]. The grey of a pixel is {@code 0.2989 R + 0.587 G + 0.114
 * B}. As torchvision's {@code adjust_contrast}; a factor of 1 does not even clamp. Works in place.
 *
 * @param factor at least 0: 0 is one grey, 1 the picture itself
 */
public record Contrast(double factor) implements SampleTransform {
  /** Checks the factor. */
  public Contrast {
    Require.notNegative("factor of Contrast", factor);
  }

  /** Uses no random number. */
  @Override
  public Image apply(Image image, RandomStream random) {
    ImageShape.of("Contrast", image).requireGreyOrColour();
    if (factor != 1) {
      Colour.contrast(image, factor);
    }
    return image;
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("Contrast", shape).requireGreyOrColour().shape();
  }
}
