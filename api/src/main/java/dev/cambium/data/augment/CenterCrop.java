package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * The middle of the picture. As torchvision's {@code CenterCrop}, which rounds half a pixel to the
 * even number; unlike there, a picture that is too small is an error and not padded.
 *
 * @param height rows of the part
 * @param width its columns
 */
public record CenterCrop(int height, int width) implements SampleTransform {
  /** Checks the size. */
  public CenterCrop {
    Require.size("CenterCrop", height, width);
  }

  /** A square. */
  public static CenterCrop of(int size) {
    return new CenterCrop(size, size);
  }

  /** Uses no random number. */
  @Override
  public Image apply(Image image, RandomStream random) {
    return crop(image);
  }

  Image crop(Image image) {
    ImageShape.of("CenterCrop", image).requireCrop(height, width);
    int top = (int) Math.rint((image.height() - height) / 2.0);
    int left = (int) Math.rint((image.width() - width) / 2.0);
    return image.crop(top, left, height, width);
  }

  @Override
  public Shape outputShape(Shape shape) {
    ImageShape image = ImageShape.of("CenterCrop", shape).requireCrop(height, width);
    return Shape.of(image.channels(), height, width);
  }
}
