package dev.cambium.data.augment;

import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.Objects;

/**
 * A random crop of the original size out of the picture padded at all four sides: a shift by up to
 * {@code padding} pixels each way, every one of the {@code (2 padding + 1)^2} as likely as another.
 *
 * <p>As torchvision's {@code RandomCrop(size, padding)} with the picture's own size. Unlike there,
 * no padding may be wider than the picture.
 *
 * <p>Source: K. He et al., "Deep Residual Learning for Image Recognition", 2015, section 4.2, where
 * CIFAR's pictures are padded by 4.
 *
 * @param padding pixels at each side, at least 0; with {@link Padding#REFLECT} smaller than the
 *     picture, otherwise at most as large
 * @param mode what the padding shows
 * @param fill the value of {@link Padding#CONSTANT}
 */
public record PadAndCrop(int padding, Padding mode, float fill) implements SampleTransform {
  /** Checks the padding and the fill value. */
  public PadAndCrop {
    Require.atLeast("padding of PadAndCrop", padding, 0);
    Objects.requireNonNull(mode, "mode");
    Require.finite("fill of PadAndCrop", fill);
  }

  /** Pads with zeros, as ResNet does. */
  public static PadAndCrop of(int padding) {
    return new PadAndCrop(padding, Padding.CONSTANT, 0);
  }

  /** Pads in the given way; a constant is 0. */
  public static PadAndCrop of(int padding, Padding mode) {
    return new PadAndCrop(padding, mode, 0);
  }

  @Override
  public Image apply(Image image, RandomStream random) {
    requireFits(ImageShape.of("PadAndCrop", image));
    int down = random.nextInt(2 * padding + 1) - padding;
    int right = random.nextInt(2 * padding + 1) - padding;
    return down == 0 && right == 0 ? image : shifted(image, down, right);
  }

  /** The picture whose pixel (y, x) is (y + down, x + right) of the padded one. */
  private Image shifted(Image image, int down, int right) {
    int height = image.height();
    int width = image.width();
    float[] in = image.values();
    float[] out = new float[in.length];
    int first = Math.max(0, -right);
    int count = width - Math.abs(right);
    for (int line = 0; line < out.length / width; line++) {
      int to = line * width;
      int row = mode.source(line % height + down, height);
      if (row == Padding.OUTSIDE) {
        fill(out, to, to + width);
      } else {
        int from = (line / height * height + row) * width;
        System.arraycopy(in, from + first + right, out, to + first, count);
        beside(in, from, out, to, right, 0, first, width);
        beside(in, from, out, to, right, first + count, width, width);
      }
    }
    return Image.of(image.channels(), height, width, out);
  }

  /** The columns from {@code begin} to {@code end}, which lie in the padding. */
  private void beside(
      float[] in, int from, float[] out, int to, int right, int begin, int end, int width) {
    if (mode == Padding.CONSTANT) {
      fill(out, to + begin, to + end);
      return;
    }
    for (int x = begin; x < end; x++) {
      out[to + x] = in[from + mode.source(x + right, width)];
    }
  }

  private void fill(float[] out, int begin, int end) {
    // Arrays are made of zeros.
    if (fill != 0) {
      Arrays.fill(out, begin, end, fill);
    }
  }

  private void requireFits(ImageShape shape) {
    int most = Math.min(mode.most(shape.height()), mode.most(shape.width()));
    if (padding > most) {
      throw new IllegalArgumentException(
          "PadAndCrop can pad an image of %dx%d by at most %d (%s), got %d"
              .formatted(shape.height(), shape.width(), most, mode, padding));
    }
  }

  @Override
  public Shape outputShape(Shape shape) {
    ImageShape image = ImageShape.of("PadAndCrop", shape);
    requireFits(image);
    return image.shape();
  }
}
