package dev.cambium.data;

import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.stream.IntStream;

/**
 * Digits that the framework draws itself, 28x28 grey, white on black: pen strokes in several ways
 * of writing each digit, with wobbling hand, size, slant, rotation, place and pressure by chance,
 * on noisy paper with stray marks. Nothing to download; hard enough that a linear classifier fails
 * on one picture in six and a small convolutional net on one in a hundred.
 *
 * <p>Sample {@code i} of a part shows the digit {@code i % 10} and is a function of the seed, the
 * part and {@code i} alone.
 */
public final class Digits {
  /** Training samples, unless told otherwise. */
  public static final int TRAIN = 6000;

  /** Test samples, unless told otherwise. */
  public static final int TEST = 1000;

  private static final Shape SHAPE = Shape.of(1, DigitPainter.SIDE, DigitPainter.SIDE);

  private Digits() {}

  /** 6,000 training and 1,000 test samples. */
  public static DataSplits open(long seed) {
    return open(seed, TRAIN, TEST);
  }

  /** As many samples as asked for; a larger set starts with the samples of a smaller one. */
  public static DataSplits open(long seed, int train, int test) {
    return new DataSplits("digits", part(seed, "train", train), part(seed, "test", test));
  }

  /** One sample of the part {@code train} or {@code test}. */
  public static Image draw(long seed, String part, int index) {
    byte[] levels = levels(seed, part, index);
    float[] values = new float[levels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (levels[i] & 0xFF) / 255f;
    }
    return Image.of(1, DigitPainter.SIDE, DigitPainter.SIDE, values);
  }

  private static byte[] levels(long seed, String part, int index) {
    RandomStream random = new RandomStream(seed, "digits." + part + "/" + index);
    return DigitPainter.paint(index % 10, random);
  }

  private static Dataset part(long seed, String part, int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "%s samples of digits must be at least 1, got %d".formatted(part, count));
    }
    byte[][] pixels = new byte[count][];
    int[] labels = new int[count];
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              pixels[i] = levels(seed, part, i);
              labels[i] = i % 10;
            });
    return InMemoryDataset.of("digits." + part, SHAPE, pixels, labels, Mnist.DIGITS);
  }
}
