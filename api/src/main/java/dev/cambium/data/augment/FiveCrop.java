package dev.cambium.data.augment;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * Five views: the parts at the top left, top right, bottom left and bottom right corner and in the
 * middle ({@link CenterCrop}), in this order. As torchvision's {@code FiveCrop}.
 *
 * @param height rows of each part
 * @param width its columns
 */
public record FiveCrop(int height, int width) implements Views {
  /** Checks the size. */
  public FiveCrop {
    Require.size("FiveCrop", height, width);
  }

  /** Squares. */
  public static FiveCrop of(int size) {
    return new FiveCrop(size, size);
  }

  @Override
  public List<Image> of(Image image) {
    ImageShape.of("FiveCrop", image).requireCrop(height, width);
    int bottom = image.height() - height;
    int right = image.width() - width;
    return List.of(
        image.crop(0, 0, height, width),
        image.crop(0, right, height, width),
        image.crop(bottom, 0, height, width),
        image.crop(bottom, right, height, width),
        new CenterCrop(height, width).crop(image));
  }

  @Override
  public Shape outputShape(Shape shape) {
    ImageShape image = ImageShape.of("FiveCrop", shape).requireCrop(height, width);
    return Shape.of(image.channels(), height, width);
  }
}
