package dev.cambium.data.augment;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;

/**
 * Ten views: those of {@link FiveCrop}, then those of FiveCrop of the mirror image, so that number
 * 5 is the mirror image of number 1. As torchvision's {@code TenCrop}.
 *
 * <p>Source: A. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural
 * Networks", 2012, section 4.1.
 *
 * @param height rows of each part
 * @param width its columns
 */
public record TenCrop(int height, int width) implements Views {
  /** Checks the size. */
  public TenCrop {
    Require.size("TenCrop", height, width);
  }

  /** Squares. */
  public static TenCrop of(int size) {
    return new TenCrop(size, size);
  }

  @Override
  public List<Image> of(Image image) {
    ImageShape.of("TenCrop", image).requireCrop(height, width);
    FiveCrop five = new FiveCrop(height, width);
    Image mirrored = HorizontalFlip.mirrored(image);
    return Stream.concat(five.of(image).stream(), five.of(mirrored).stream()).toList();
  }

  @Override
  public Shape outputShape(Shape shape) {
    ImageShape image = ImageShape.of("TenCrop", shape).requireCrop(height, width);
    return Shape.of(image.channels(), height, width);
  }
}
