package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * Multiplies every pixel: {@code y = factor * x}, clamped to [0, 1]. As torchvision's {@code
 * adjust_brightness}; a factor of 1 does not even clamp. Works in place.
 *
 * @param factor at least 0: 0 is black, 1 the picture itself
 */
public record Brightness(double factor) implements SampleTransform {
  /** Checks the factor. */
  public Brightness {
    Require.notNegative("factor of Brightness", factor);
  }

  /** Uses no random number. */
  @Override
  public Image apply(Image image, RandomStream random) {
    ImageShape.of("Brightness", image).requireGreyOrColour();
    if (factor != 1) {
      Colour.brightness(image, factor);
    }
    return image;
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("Brightness", shape).requireGreyOrColour().shape();
  }
}
