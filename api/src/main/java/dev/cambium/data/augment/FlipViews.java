package dev.cambium.data.augment;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.util.List;

/** Two views: the picture itself, shared and not copied, and its mirror image. */
public record FlipViews() implements Views {
  @Override
  public List<Image> of(Image image) {
    return List.of(image, HorizontalFlip.mirrored(image));
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("FlipViews", shape).shape();
  }
}
