package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;

/**
 * Erases a square around a random pixel, in all channels; the part of the square that hangs over
 * the border is lost. Works in place.
 *
 * <p>Unlike torchvision's {@code RandomErasing}, whose rectangle has a random form and lies inside.
 * The paper erases after standardising, to 0, which is the mean; here pixels are in [0, 1], so the
 * mean of the data is the fill value that does the same.
 *
 * <p>Source: T. DeVries and G. W. Taylor, "Improved Regularization of Convolutional Neural Networks
 * with Cutout", 2017.
 *
 * @param size rows and columns of the square, at least 1; it covers {@code size / 2} pixels,
 *     rounded down, before its centre
 * @param fill the value of what is erased
 */
public record Cutout(int size, float fill) implements SampleTransform {
  /** Checks the size. */
  public Cutout {
    Require.atLeast("size of Cutout", size, 1);
    Require.finite("fill of Cutout", fill);
  }

  /** Erases to the middle of the range of pixels, 0.5. */
  public static Cutout of(int size) {
    return new Cutout(size, 0.5f);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    int height = image.height();
    int width = image.width();
    int top = random.nextInt(height) - size / 2;
    int left = random.nextInt(width) - size / 2;
    int bottom = (int) Math.min(height, (long) top + size);
    int right = (int) Math.min(width, (long) left + size);
    float[] values = image.values();
    for (int c = 0; c < image.channels(); c++) {
      for (int y = Math.max(0, top); y < bottom; y++) {
        int row = (c * height + y) * width;
        Arrays.fill(values, row + Math.max(0, left), row + right, fill);
      }
    }
    return image;
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("Cutout", shape).shape();
  }
}
