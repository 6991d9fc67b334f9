package dev.cambium.data;

import dev.cambium.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the IDX format of MNIST, gzip or not: a magic number (two zero bytes, the element type, the
 * number of dimensions), each dimension as a big-endian int, then the elements, row-major. Images
 * are unsigned bytes {@code [N, H, W]} (magic 0x00000803), labels unsigned bytes {@code [N]}
 * (0x00000801).
 *
 * @see <a href="https://yann.lecun.com/exdb/mnist/">Y. LeCun, C. Cortes, C. Burges: the MNIST
 *     database</a>
 */
public final class Idx {
  private static final int IMAGES = 0x00000803;
  private static final int LABELS = 0x00000801;

  /** No picture is larger: a header that claims more is damaged. */
  private static final long LARGEST_SAMPLE = 1L << 26;

  private static final int LABEL_BLOCK = 1 << 16;

  private Idx() {}

  /**
   * Reads a file of images and the file of their labels.
   *
   * @param images an IDX file of unsigned bytes {@code [N, H, W]}
   * @param labels an IDX file of unsigned bytes {@code [N]}
   * @param classNames the name of each class, in the order of the labels
   * @return samples of shape {@code [1, H, W]}
   * @throws DatasetException when a file is missing, damaged, cut off or of another kind, the
   *     counts differ, or a label is no class
   */
  public static Dataset read(Path images, Path labels, List<String> classNames) {
    try (DataFile file = DataFile.open(images)) {
      int count = count(file, IMAGES);
      int height = dimension(file);
      int width = dimension(file);
      long size = (long) height * width;
      if (size < 1 || size > LARGEST_SAMPLE) {
        throw new DatasetException(
            "%s says its images have %d x %d pixels; it is damaged"
                .formatted(images, height, width));
      }
      List<byte[]> pixels = elements(file, count, (int) size);
      int[] classes = labels(labels);
      if (classes.length != count) {
        throw new DatasetException(
            "%s has %d labels for the %d images of %s; the two files do not belong together"
                .formatted(labels, classes.length, count, images));
      }
      for (int i = 0; i < count; i++) {
        InMemoryDataset.checkLabel(labels.toString(), i, classes[i], classNames.size());
      }
      return InMemoryDataset.of(
          images.toString(),
          Shape.of(1, height, width),
          pixels.toArray(byte[][]::new),
          classes,
          classNames);
    }
  }

  private static int[] labels(Path path) {
    try (DataFile file = DataFile.open(path)) {
      int count = count(file, LABELS);
      List<byte[]> blocks = elements(file, count / LABEL_BLOCK, LABEL_BLOCK, count % LABEL_BLOCK);
      int[] labels = new int[count];
      int at = 0;
      for (byte[] block : blocks) {
        for (byte b : block) {
          labels[at++] = b & 0xFF;
        }
      }
      return labels;
    }
  }

  private static int count(DataFile file, int magic) {
    int found = integer(file);
    if (found != magic) {
      String hint =
          found == IMAGES || found == LABELS
              ? "are the files of images and labels swapped?"
              : "is it an IDX file?";
      throw new DatasetException(
          "%s starts with 0x%08X (%s), expected 0x%08X (%s); %s"
              .formatted(file.path(), found, meaning(found), magic, meaning(magic), hint));
    }
    int count = dimension(file);
    if (count == 0) {
      throw new DatasetException(file.path() + " is empty: it says that it has 0 elements");
    }
    return count;
  }

  private static String meaning(int magic) {
    return switch (magic) {
      case IMAGES -> "images: unsigned bytes in 3 dimensions";
      case LABELS -> "labels: unsigned bytes in 1 dimension";
      default ->
          magic >>> 16 == 0 && magic >>> 8 == 0x08
              ? "unsigned bytes in " + (magic & 0xFF) + " dimensions"
              : "neither images nor labels";
    };
  }

  private static int dimension(DataFile file) {
    int value = integer(file);
    if (value < 0) {
      throw new DatasetException(
          "%s says that a dimension is %d; it is damaged".formatted(file.path(), value));
    }
    return value;
  }

  private static int integer(DataFile file) {
    byte[] bytes = new byte[4];
    if (file.read(bytes) < 4) {
      throw new DatasetException(
          "%s is cut off in its header, after %d bytes".formatted(file.path(), file.position()));
    }
    return ByteBuffer.wrap(bytes).getInt();
  }

  private static List<byte[]> elements(DataFile file, int count, int size) {
    return elements(file, count, size, 0);
  }

  /**
   * Reads {@code count} blocks of {@code size} bytes and one of {@code rest}: memory is taken as
   * the bytes come, not as the header promises.
   */
  private static List<byte[]> elements(DataFile file, int count, int size, int rest) {
    List<byte[]> blocks = new ArrayList<>();
    long header = file.position();
    long expected = header + (long) count * size + rest;
    while (file.position() < expected) {
      byte[] block = new byte[(int) Math.min(size, expected - file.position())];
      if (file.read(block) < block.length) {
        throw new DatasetException(
            "%s is cut off: its header promises %d bytes, it has %d; fetch it again"
                .formatted(file.path(), expected, file.position()));
      }
      blocks.add(block);
    }
    if (file.read(new byte[1]) != 0) {
      throw new DatasetException(
          "%s goes on after the %d bytes that its header promises; it is damaged"
              .formatted(file.path(), expected));
    }
    return blocks;
  }
}
