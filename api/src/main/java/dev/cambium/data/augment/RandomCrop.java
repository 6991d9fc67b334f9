package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * A part of the picture at a random place, each place as likely as another. As torchvision's {@code
 * RandomCrop} without padding; for padding see {@link PadAndCrop}.
 *
 * @param height rows of the part
 * @param width its columns
 */
public record RandomCrop(int height, int width) implements SampleTransform {
  /** Checks the size. */
  public RandomCrop {
    Require.size("RandomCrop", height, width);
  }

  /** A square. */
  public static RandomCrop of(int size) {
    return new RandomCrop(size, size);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    ImageShape.of("RandomCrop", image).requireCrop(height, width);
    int top = random.nextInt(image.height() - height + 1);
    int left = random.nextInt(image.width() - width + 1);
    return image.crop(top, left, height, width);
  }

  @Override
  public Shape outputShape(Shape shape) {
    ImageShape image = ImageShape.of("RandomCrop", shape).requireCrop(height, width);
    return Shape.of(image.channels(), height, width);
  }
}
