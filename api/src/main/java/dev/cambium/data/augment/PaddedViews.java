package dev.cambium.data.augment;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Objects;

/**
 * Views of the picture with black pixels added at all four sides. With a crop of the original size
 * it is the counterpart in testing of {@link PadAndCrop} in training: {@code new PaddedViews(4,
 * TenCrop.of(32))} sees pictures of 32x32 shifted into each corner as far as training shifts them.
 *
 * @param padding pixels at each side, at least 0
 * @param views what is seen of the larger picture
 */
public record PaddedViews(int padding, Views views) implements Views {
  /** Checks the padding. */
  public PaddedViews {
    Require.atLeast("padding of PaddedViews", padding, 0);
    Objects.requireNonNull(views, "views");
  }

  @Override
  public List<Image> of(Image image) {
    return views.of(padded(image));
  }

  private Image padded(Image image) {
    int height = image.height() + 2 * padding;
    int width = image.width() + 2 * padding;
    float[] out = new float[image.channels() * height * width];
    for (int c = 0; c < image.channels(); c++) {
      for (int y = 0; y < image.height(); y++) {
        int from = (c * image.height() + y) * image.width();
        int to = (c * height + y + padding) * width + padding;
        System.arraycopy(image.values(), from, out, to, image.width());
      }
    }
    return Image.of(image.channels(), height, width, out);
  }

  @Override
  public Shape outputShape(Shape shape) {
    ImageShape image = ImageShape.of("PaddedViews", shape);
    return views.outputShape(
        Shape.of(image.channels(), image.height() + 2 * padding, image.width() + 2 * padding));
  }
}
