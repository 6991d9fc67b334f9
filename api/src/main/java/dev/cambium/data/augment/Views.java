package dev.cambium.data.augment;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * A fixed set of views of a picture, whose predictions are averaged in testing: crops, mirror
 * images. Every picture gives the same number of views, all of one shape.
 */
public interface Views {
  /**
   * The views of a picture of pixels in [0, 1], before preprocessing.
   *
   * @throws IllegalArgumentException when the picture is too small
   */
  List<Image> of(Image image);

  /** The shape {@code [C, H, W]} of each view of pictures of {@code shape}. */
  default Shape outputShape(Shape shape) {
    return shape;
  }
}
