package dev.cambium.data;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.function.Executable;

/** Files in the published formats, written by the tests themselves. */
final class DataFiles {
  private DataFiles() {}

  /** An IDX file: magic number, dimensions, bytes. */
  static byte[] idx(int magic, int[] dimensions, byte[] elements) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * dimensions.length + elements.length);
    buffer.putInt(magic);
    for (int d : dimensions) {
      buffer.putInt(d);
    }
    return buffer.put(elements).array();
  }

  /**
   * {@code count} images of height 2 and width 3; byte {@code j} of image {@code i} is 10 i + j.
   */
  static byte[] images(int count) {
    byte[] pixels = new byte[count * 6];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i / 6 * 10 + i % 6);
    }
    return idx(0x803, new int[] {count, 2, 3}, pixels);
  }

  static byte[] labels(int... labels) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return idx(0x801, new int[] {labels.length}, bytes);
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /** CIFAR records with the given labels; plane {@code c} of record {@code i} is 10 i + c. */
  static byte[] cifar(int labelBytes, int... labels) {
    ByteBuffer buffer = ByteBuffer.allocate(labels.length * (labelBytes + 3072));
    for (int i = 0; i < labels.length; i++) {
      for (int b = 0; b < labelBytes - 1; b++) {
        buffer.put((byte) 19);
      }
      buffer.put((byte) labels[i]);
      for (int p = 0; p < 3072; p++) {
        buffer.put((byte) (10 * i + p / 1024));
      }
    }
    return buffer.array();
  }

  static Path write(Path folder, String name, byte[] bytes) throws IOException {
    Files.createDirectories(folder);
    return Files.write(folder.resolve(name), bytes);
  }

  /** Demands a {@link DatasetException} whose message has all parts. */
  static void assertRefused(Executable opening, String... parts) {
    String message = assertThrows(DatasetException.class, opening).getMessage();
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "\"" + part + "\" is not in: " + message);
    }
  }
}
