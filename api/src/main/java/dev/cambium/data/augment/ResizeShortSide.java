package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * The picture at the size at which its shorter side has so many pixels; the longer side keeps the
 * proportions, rounded down: {@code size * long / short}. As torchvision's {@code Resize(size)}.
 *
 * @param size pixels of the shorter side
 */
public record ResizeShortSide(int size) implements SampleTransform {
  /** Checks the size. */
  public ResizeShortSide {
    Require.atLeast("size of ResizeShortSide", size, 1);
  }

  /** To {@code size} pixels. */
  public static ResizeShortSide of(int size) {
    return new ResizeShortSide(size);
  }

  /** Uses no random number. */
  @Override
  public Image apply(Image image, RandomStream random) {
    ImageShape result = result(ImageShape.of("ResizeShortSide", image), size);
    return image.resize(result.height(), result.width());
  }

  /** What {@code shape} becomes when its shorter side gets {@code size} pixels. */
  static ImageShape result(ImageShape shape, int size) {
    long height = shape.height();
    long width = shape.width();
    return height < width
        ? shape.resized(size, size * width / height)
        : shape.resized(size * height / width, size);
  }

  @Override
  public Shape outputShape(Shape shape) {
    return result(ImageShape.of("ResizeShortSide", shape), size).shape();
  }
}
