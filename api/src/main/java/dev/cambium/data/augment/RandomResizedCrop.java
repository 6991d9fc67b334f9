package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Objects;

/**
 * A part of random area and proportions at a random place, resized to one size: {@code area = scale
 * * H * W} and {@code ratio = width / height}, the scale uniform, the ratio uniform in its
 * logarithm. When ten draws do not fit into the picture, the largest centred part of an allowed
 * ratio is taken. As torchvision's {@code RandomResizedCrop}, with antialiasing.
 *
 * <p>Source: C. Szegedy et al., "Going Deeper with Convolutions", 2014, section 6.
 *
 * @param height rows of the result
 * @param width its columns
 * @param scale the share of the picture's area, above 0 and at most 1; usually 0.08 to 1
 * @param ratio width by height, positive; usually 3/4 to 4/3
 */
public record RandomResizedCrop(int height, int width, Range scale, Range ratio)
    implements SampleTransform {
  private static final int TRIES = 10;

  /** Where the part lies. */
  record Part(int top, int left, int height, int width) {}

  /** Checks the size and the ranges. */
  public RandomResizedCrop {
    Require.size("RandomResizedCrop", height, width);
    Objects.requireNonNull(scale, "scale");
    Objects.requireNonNull(ratio, "ratio");
    Require.positive("scale of RandomResizedCrop, a share of the area,", scale);
    Require.within("scale of RandomResizedCrop, a share of the area,", scale, 0, 1);
    Require.positive("ratio of RandomResizedCrop, width by height,", ratio);
  }

  /** A square with torchvision's defaults: scale 0.08 to 1, ratio 3/4 to 4/3. */
  public static RandomResizedCrop of(int size) {
    return new RandomResizedCrop(size, size, Range.of(0.08, 1), Range.of(3.0 / 4, 4.0 / 3));
  }

  /** The same with another size of the result. */
  public RandomResizedCrop size(int newHeight, int newWidth) {
    return new RandomResizedCrop(newHeight, newWidth, scale, ratio);
  }

  /** The same with another share of the area. */
  public RandomResizedCrop scale(double low, double high) {
    return new RandomResizedCrop(height, width, Range.of(low, high), ratio);
  }

  /** The same with other proportions. */
  public RandomResizedCrop ratio(double low, double high) {
    return new RandomResizedCrop(height, width, scale, Range.of(low, high));
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    Part part = part(image.height(), image.width(), random);
    boolean whole = part.height == image.height() && part.width == image.width();
    Image cut = whole ? image : image.crop(part.top, part.left, part.height, part.width);
    return cut.resize(height, width);
  }

  Part part(int imageHeight, int imageWidth, RandomStream random) {
    double area = (double) imageHeight * imageWidth;
    for (int i = 0; i < TRIES; i++) {
      double partArea = area * scale.draw(random);
      double partRatio =
          StrictMath.exp(
              random.nextUniform(StrictMath.log(ratio.low()), StrictMath.log(ratio.high())));
      double partWidth = Math.rint(Math.sqrt(partArea * partRatio));
      double partHeight = Math.rint(Math.sqrt(partArea / partRatio));
      if (partWidth >= 1
          && partWidth <= imageWidth
          && partHeight >= 1
          && partHeight <= imageHeight) {
        int top = random.nextInt(imageHeight - (int) partHeight + 1);
        int left = random.nextInt(imageWidth - (int) partWidth + 1);
        return new Part(top, left, (int) partHeight, (int) partWidth);
      }
    }
    return centred(imageHeight, imageWidth);
  }

  private Part centred(int imageHeight, int imageWidth) {
    double imageRatio = (double) imageWidth / imageHeight;
    int partHeight = imageHeight;
    int partWidth = imageWidth;
    if (imageRatio < ratio.low()) {
      partHeight = Math.max(1, (int) Math.rint(imageWidth / ratio.low()));
    } else if (imageRatio > ratio.high()) {
      partWidth = Math.max(1, (int) Math.rint(imageHeight * ratio.high()));
    }
    return new Part(
        (imageHeight - partHeight) / 2, (imageWidth - partWidth) / 2, partHeight, partWidth);
  }

  @Override
  public Shape outputShape(Shape shape) {
    return ImageShape.of("RandomResizedCrop", shape).resized(height, width).shape();
  }
}
