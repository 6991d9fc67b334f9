package dev.cambium.data.augment;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * One view: the middle of the picture, where {@link CenterCrop} cuts it. What a network that was
 * trained on random crops is tested on when one view is enough.
 *
 * @param height rows of the part
 * @param width its columns
 */
public record CenterView(int height, int width) implements Views {
  /** Checks the size. */
  public CenterView {
    Require.size("CenterView", height, width);
  }

  /** A square. */
  public static CenterView of(int size) {
    return new CenterView(size, size);
  }

  @Override
  public List<Image> of(Image image) {
    ImageShape.of("CenterView", image).requireCrop(height, width);
    return List.of(new CenterCrop(height, width).crop(image));
  }

  @Override
  public Shape outputShape(Shape shape) {
    ImageShape image = ImageShape.of("CenterView", shape).requireCrop(height, width);
    return Shape.of(image.channels(), height, width);
  }
}
