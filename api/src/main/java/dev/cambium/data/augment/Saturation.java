package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * Spreads the colours of each pixel from its grey, or draws them to it: {@code y = factor * x + (1
 * - factor) * grey}, clamped to [0, 1], {@code grey = 0.2989 R + 0.587 G + 0.114 B}. Grey pictures
 * stay as they are. As torchvision's {@code adjust_saturation}; a factor of 1 does not even clamp.
 * Works in place.
 *
 * @param factor at least 0: 0 is grey, 1 the picture itself
 */
public record Saturation(double factor) implements SampleTransform {
  /** Checks the factor. */
  public Saturation {
    Require.notNegative("factor of Saturation", factor);
  }

  /** Uses no random number. */
  @Override
  public Image apply(Image image, RandomStream random) {
    ImageShape.of("Saturation", image).requireGreyOrColour();
    if (factor != 1 && image.channels() == 3) {
      Colour.saturation(image, factor);
    }
    return image;
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("Saturation", shape).requireGreyOrColour().shape();
  }
}
