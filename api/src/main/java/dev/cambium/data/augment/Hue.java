package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * Turns the hue of every pixel in HSV by a fraction of a turn: a third makes green of red, blue of
 * green, red of blue. Grey pixels and grey pictures stay as they are. As torchvision's {@code
 * adjust_hue}. Works in place.
 *
 * @param turn of [-0.5, 0.5]; 0 is the picture itself
 */
public record Hue(double turn) implements SampleTransform {
  /** Checks the turn. */
  public Hue {
    Require.finite("turn of Hue", turn);
    Require.within("turn of Hue, a fraction of a turn,", Range.only(turn), -0.5, 0.5);
  }

  /** Uses no random number. */
  @Override
  public Image apply(Image image, RandomStream random) {
    ImageShape.of("Hue", image).requireGreyOrColour();
    if (turn != 0 && image.channels() == 3) {
      Colour.hue(image, turn);
    }
    return image;
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("Hue", shape).requireGreyOrColour().shape();
  }
}
