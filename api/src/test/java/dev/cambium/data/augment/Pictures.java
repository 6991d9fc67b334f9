package dev.cambium.data.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.cambium.data.InMemoryDataset;
import dev.cambium.data.SampleTransform;
import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import dev.cambium.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** Small pictures, and what tests of augmentations say of them. */
final class Pictures {
  private Pictures() {}

  static RandomStream stream(String name) {
    return new RandomStream(7, name);
  }

  /** Uniform noise. */
  static Image noise(int channels, int height, int width) {
    RandomStream random = stream("noise");
    float[] values = new float[channels * height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble();
    }
    return Image.of(channels, height, width, values);
  }

  /** {@code a x + b y + c}: what linear interpolation does not change. */
  static Image plane(int height, int width, double a, double b, double c) {
    float[] values = new float[height * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (a * (i % width) + b * (i / width) + c);
    }
    return Image.of(1, height, width, values);
  }

  static Image grey(int height, int width, float... values) {
    return Image.of(1, height, width, values);
  }

  /** One pixel. */
  static Image rgb(float red, float green, float blue) {
    return Image.of(3, 1, 1, new float[] {red, green, blue});
  }

  static Image copy(Image image) {
    return Image.of(image.channels(), image.height(), image.width(), image.values().clone());
  }

  /** Noise as a data set of one class. */
  static InMemoryDataset dataset(int samples, int channels, int height, int width) {
    RandomStream random = stream("bytes");
    byte[][] pixels = new byte[samples][channels * height * width];
    for (byte[] sample : pixels) {
      for (int i = 0; i < sample.length; i++) {
        sample[i] = (byte) random.nextInt();
      }
    }
    Shape shape = Shape.of(channels, height, width);
    return InMemoryDataset.of("noise", shape, pixels, new int[samples], List.of("noise"));
  }

  /** What becomes of a copy of {@code image}, with a new stream. */
  static float[] result(SampleTransform transform, Image image) {
    return transform.apply(copy(image), stream("test")).values();
  }

  /** That {@code transform} gives every bit of {@code image} back, for several draws. */
  static void assertKeeps(SampleTransform transform, Image image) {
    RandomStream random = stream("keeps");
    for (int i = 0; i < 20; i++) {
      assertArrayEquals(
          image.values(), transform.apply(copy(image), random).values(), transform::toString);
    }
  }

  /** That {@code count} of {@code draws} lies within four standard errors of probability p. */
  static void assertFrequency(double p, int count, int draws) {
    double error = Math.sqrt(draws * p * (1 - p));
    assertEquals(draws * p, count, 4 * error, "draws of probability " + p);
  }

  static void assertRefused(Executable action, String... parts) {
    String message = assertThrows(IllegalArgumentException.class, action).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "'" + part + "' is missing in: " + message);
    }
  }
}
