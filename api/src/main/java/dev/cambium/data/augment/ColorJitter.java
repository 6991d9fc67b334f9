package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * {@link Brightness}, {@link Contrast}, {@link Saturation} and {@link Hue}, each by an amount drawn
 * for the picture, in an order drawn for the picture. What can only be the identity is left out. As
 * torchvision's {@code ColorJitter}: results are clamped to [0, 1], and of grey pictures only
 * brightness and contrast change. Works in place.
 *
 * @param brightness factors, at least 0
 * @param contrast factors, at least 0
 * @param saturation factors, at least 0
 * @param hue fractions of a turn, of [-0.5, 0.5]
 */
public record ColorJitter(Range brightness, Range contrast, Range saturation, Range hue)
    implements SampleTransform {
  /** Checks the ranges. */
  public ColorJitter {
    Require.within("brightness of ColorJitter", brightness, 0, Float.MAX_VALUE);
    Require.within("contrast of ColorJitter", contrast, 0, Float.MAX_VALUE);
    Require.within("saturation of ColorJitter", saturation, 0, Float.MAX_VALUE);
    Require.within("hue of ColorJitter, a fraction of a turn,", hue, -0.5, 0.5);
  }

  /**
   * By single numbers as in torchvision: factors of {@code max(0, 1 - b)} to {@code 1 + b}, and
   * {@code -hue} to {@code hue} of a turn.
   */
  public static ColorJitter of(double brightness, double contrast, double saturation, double hue) {
    return new ColorJitter(
        Range.factor(brightness),
        Range.factor(contrast),
        Range.factor(saturation),
        Range.plusMinus(hue));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    int[] order = {0, 1, 2, 3};
    random.shuffle(order);
    for (int i : order) {
      switch (i) {
        case 0 -> {
          if (!brightness.isOnly(1)) {
            new Brightness(brightness.draw(random)).apply(image, random);
          }
        }
        case 1 -> {
          if (!contrast.isOnly(1)) {
            new Contrast(contrast.draw(random)).apply(image, random);
          }
        }
        case 2 -> {
          if (!saturation.isOnly(1)) {
            new Saturation(saturation.draw(random)).apply(image, random);
          }
        }
        default -> {
          if (!hue.isOnly(0)) {
            new Hue(hue.draw(random)).apply(image, random);
          }
        }
      }
    }
    return image;
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("ColorJitter", shape).requireGreyOrColour().shape();
  }
}
