package dev.cambium.data;

import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Objects;

/**
 * Images as unsigned bytes in memory, a quarter of what floats would take; level {@code b} reads as
 * {@code b / 255}.
 */
public final class InMemoryDataset implements Dataset {
  private static final float[] LEVELS = new float[256];

  static {
    for (int i = 0; i < LEVELS.length; i++) {
      LEVELS[i] = i / 255f;
    }
  }

  private final String name;
  private final Shape sampleShape;
  private final byte[][] pixels;
  private final int[] labels;
  private final List<String> classNames;

  private InMemoryDataset(
      String name, Shape sampleShape, byte[][] pixels, int[] labels, List<String> classNames) {
    this.name = name;
    this.sampleShape = sampleShape;
    this.pixels = pixels;
    this.labels = labels;
    this.classNames = classNames;
  }

  /**
   * A data set over the given arrays, which are not copied.
   *
   * @param name what the data are called in messages: a file, a folder
   * @param sampleShape the shape of each sample, {@code [C, H, W]}
   * @param pixels for each sample its levels, row-major
   * @param labels for each sample its class
   * @param classNames the name of each class
   * @throws DatasetException when there is no sample, the counts differ, a sample has another size,
   *     or a label is no class
   */
  public static InMemoryDataset of(
      String name, Shape sampleShape, byte[][] pixels, int[] labels, List<String> classNames) {
    Objects.requireNonNull(sampleShape, "sampleShape");
    if (pixels.length == 0) {
      throw new DatasetException(name + " has no samples; at least one is needed");
    }
    if (pixels.length != labels.length) {
      throw new DatasetException(
          "%s has %d labels for %d images; each image needs one"
              .formatted(name, labels.length, pixels.length));
    }
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i].length != sampleShape.size()) {
        throw new DatasetException(
            "image %d of %s has %d bytes, expected %d for shape %s"
                .formatted(i, name, pixels[i].length, sampleShape.size(), sampleShape));
      }
      checkLabel(name, i, labels[i], classNames.size());
    }
    return new InMemoryDataset(name, sampleShape, pixels, labels, List.copyOf(classNames));
  }

  static void checkLabel(String name, int sample, int label, int classes) {
    if (label < 0 || label >= classes) {
      throw new DatasetException(
          "label of sample %d of %s is %d, out of range 0..%d; the data do not fit the classes"
              .formatted(sample, name, label, classes - 1));
    }
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Shape sampleShape() {
    return sampleShape;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void copy(int index, float[] into, int offset) {
    byte[] levels = pixels[index];
    for (int i = 0; i < levels.length; i++) {
      into[offset + i] = LEVELS[levels[i] & 0xFF];
    }
  }

  @Override
  public String sampleName(int index) {
    return "sample " + index + " of " + name;
  }

  @Override
  public String toString() {
    return "%s: %d samples %s, %d classes".formatted(name, size(), sampleShape, classNames.size());
  }
}
