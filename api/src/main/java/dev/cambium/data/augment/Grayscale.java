package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * With probability p the picture without its colours: red, green and blue all become {@code 0.2989
 * R + 0.587 G + 0.114 B}. The number of channels stays. As torchvision's {@code RandomGrayscale}.
 * Works in place.
 *
 * @param p of [0, 1]
 */
public record Grayscale(double p) implements SampleTransform {
  /** Checks the probability. */
  public Grayscale {
    Require.fraction("p of Grayscale, a probability,", p);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    ImageShape.of("Grayscale", image).requireGreyOrColour();
    if (random.nextDouble() < p && image.channels() == 3) {
      Colour.grey(image);
    }
    return image;
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("Grayscale", shape).requireGreyOrColour().shape();
  }
}
