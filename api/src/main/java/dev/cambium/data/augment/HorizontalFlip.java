package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * With probability p the mirror image: left and right are exchanged. As torchvision's {@code
 * RandomHorizontalFlip}. Works in place.
 *
 * @param p of [0, 1]
 */
public record HorizontalFlip(double p) implements SampleTransform {
  /** Checks the probability. */
  public HorizontalFlip {
    Require.fraction("p of HorizontalFlip, a probability,", p);
  }

  /** Every second picture, on average. */
  public static HorizontalFlip of() {
    return new HorizontalFlip(0.5);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    if (random.nextDouble() < p) {
      mirror(image.values(), image.width());
    }
    return image;
  }

  private static void mirror(float[] values, int width) {
    for (int row = 0; row < values.length; row += width) {
      for (int left = row, right = row + width - 1; left < right; left++, right--) {
        float swap = values[left];
        values[left] = values[right];
        values[right] = swap;
      }
    }
  }

  /** The mirror image as a picture of its own. */
  static Image mirrored(Image image) {
    float[] values = image.values().clone();
    mirror(values, image.width());
    return Image.of(image.channels(), image.height(), image.width(), values);
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("HorizontalFlip", shape).shape();
  }
}
