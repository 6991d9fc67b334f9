package dev.cambium.examples;

import dev.cambium.image.Image;
import dev.cambium.tensor.RandomStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Small data sets as files: grey images with a bright column for each class. */
final class TestData {
  /** The side of the images. */
  static final int SIDE = 10;

  private TestData() {}

  /** A folder like MNIST's with so many images. */
  static Path mnist(Path folder, int train, int test) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("train-images-idx3-ubyte"), images(train, 1));
    Files.write(folder.resolve("train-labels-idx1-ubyte"), labels(train));
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), images(test, 2));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(test));
    return folder;
  }

  private static byte[] images(int count, long seed) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x803);
    out.writeInt(count);
    out.writeInt(SIDE);
    out.writeInt(SIDE);
    for (int i = 0; i < count; i++) {
      out.write(pixels(i % 10, new RandomStream(seed, "image/" + i)));
    }
    return bytes.toByteArray();
  }

  private static byte[] labels(int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x801);
    out.writeInt(count);
    for (int i = 0; i < count; i++) {
      out.write(i % 10);
    }
    return bytes.toByteArray();
  }

  private static byte[] pixels(int label, RandomStream random) {
    byte[] pixels = new byte[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      int noise = (int) (60 * random.nextDouble());
      pixels[i] = (byte) (i % SIDE == label ? 180 + noise : noise);
    }
    return pixels;
  }

  /** An image of a class, as {@link #mnist} has them. */
  static Image image(int label) {
    byte[] pixels = pixels(label, new RandomStream(3, "image/" + label));
    float[] values = new float[pixels.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (pixels[i] & 0xFF) / 255f;
    }
    return Image.of(1, SIDE, SIDE, values);
  }

  /** A folder with pictures of the given classes, three of each. */
  static Path pictures(Path folder, String... classes) throws IOException {
    Files.createDirectories(folder);
    for (int c = 0; c < classes.length; c++) {
      Path inside = Files.createDirectories(folder.resolve(classes[c]));
      for (int i = 0; i < 3; i++) {
        image(c).writePng(inside.resolve(i + ".png"));
      }
    }
    return folder;
  }

  /** A folder like CIFAR-10's, whose training file has the given bytes. */
  static Path cifar10(Path folder, byte[] training) throws IOException {
    Files.createDirectories(folder);
    for (int i = 1; i <= 5; i++) {
      Files.write(folder.resolve("data_batch_" + i + ".bin"), training);
    }
    Files.write(folder.resolve("test_batch.bin"), new byte[10 * 3073]);
    return folder;
  }

  /** The bytes as a gzip file. */
  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes);
    }
    return zipped.toByteArray();
  }
}
