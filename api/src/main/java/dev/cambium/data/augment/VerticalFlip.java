package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * With probability p upside down: top and bottom are exchanged. As torchvision's {@code
 * RandomVerticalFlip}. Works in place.
 *
 * @param p of [0, 1]
 */
public record VerticalFlip(double p) implements SampleTransform {
  /** Checks the probability. */
  public VerticalFlip {
    Require.fraction("p of VerticalFlip, a probability,", p);
  }

  /** Every second picture, on average. */
  public static VerticalFlip of() {
    return new VerticalFlip(0.5);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    if (random.nextDouble() < p) {
      float[] values = image.values();
      int width = image.width();
      float[] row = new float[width];
      int plane = image.height() * width;
      for (int start = 0; start < values.length; start += plane) {
        int top = start;
        int bottom = start + plane - width;
        for (; top < bottom; top += width, bottom -= width) {
          System.arraycopy(values, top, row, 0, width);
          System.arraycopy(values, bottom, values, top, width);
          System.arraycopy(row, 0, values, bottom, width);
        }
      }
    }
    return image;
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("VerticalFlip", shape).shape();
  }
}
