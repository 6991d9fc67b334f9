package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * The picture at another size, its proportions not kept, by {@link Image#resize}: linear,
 * half-pixel centres, antialiased. As torchvision's {@code Resize((height, width))}.
 *
 * @param height rows of the result
 * @param width its columns
 */
public record Resize(int height, int width) implements SampleTransform {
  /** Checks the size. */
  public Resize {
    Require.size("Resize", height, width);
  }

  /** To a square. */
  public static Resize of(int size) {
    return new Resize(size, size);
  }

  /** Uses no random number. */
  @Override
  public Image apply(Image image, RandomStream random) {
    return image.resize(height, width);
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("Resize", shape).resized(height, width).shape();
  }
}
