package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;

/**
 * A patch of fixed size from the picture at a random size: a whole number L is drawn uniformly from
 * {@code shortest} to {@code longest}, both included, the picture is resized so that its shorter
 * side has L pixels ({@link ResizeShortSide}), and a random crop is taken ({@link RandomCrop}).
 *
 * <p>Source: K. Simonyan and A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
 * Recognition", 2014, section 3.1; K. He et al., "Deep Residual Learning for Image Recognition",
 * 2015, section 3.4, takes 256 to 480 pixels and 224x224.
 *
 * @param shortest the smallest length of the shorter side, not below the patch's longer side
 * @param longest the largest
 * @param height rows of the patch
 * @param width its columns
 */
public record ScaleJitterCrop(int shortest, int longest, int height, int width)
    implements SampleTransform {
  /** Checks that the patch fits into the smallest picture. */
  public ScaleJitterCrop {
    Require.size("the patch of ScaleJitterCrop", height, width);
    if (shortest > longest || shortest < Math.max(height, width)) {
      throw new IllegalArgumentException(
          ("ScaleJitterCrop needs lengths of the shorter side in order, the first not below the"
                  + " patch of %dx%d, got %d to %d")
              .formatted(height, width, shortest, longest));
    }
  }

  /** A square patch. */
  public static ScaleJitterCrop of(int shortest, int longest, int size) {
    return new ScaleJitterCrop(shortest, longest, size, size);
  }

  /** ResNet's: 256 to 480 pixels and 224x224. */
  public static ScaleJitterCrop resNet() {
    return of(256, 480, 224);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    int side = shortest + random.nextInt(longest - shortest + 1);
    Image resized = new ResizeShortSide(side).apply(image, random);
    return new RandomCrop(height, width).apply(resized, random);
  }

  @Override
  public Shape outputShape(Shape shape) {
    ImageShape image = ImageShape.of("ScaleJitterCrop", shape);
    ResizeShortSide.result(image, longest);
    return Shape.of(image.channels(), height, width);
  }
}
