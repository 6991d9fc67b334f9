package dev.cambium.data;

import dev.cambium.image.Image;
import dev.cambium.tensor.Shape;
import java.util.List;
import java.util.Objects;

/**
 * Labelled samples of one shape, by index. Pixels are floats, 0 black and 1 full intensity, before
 * any preprocessing. Implementations are immutable and may be read from many threads at once.
 */
public interface Dataset {
  /** The number of samples. */
  int size();

  /** The shape of one sample: {@code [C, H, W]} for images. */
  Shape sampleShape();

  /** The name of each class, in the order of the labels. */
  List<String> classNames();

  /** The class of a sample, an index into {@link #classNames()}. */
  int label(int index);

  /**
   * Copies a sample, row-major, to {@code into[offset]} and on.
   *
   * @throws DatasetException when the sample cannot be read
   */
  void copy(int index, float[] into, int offset);

  /** What a sample is called in messages: its file where it has one. */
  default String sampleName(int index) {
    return "sample " + index;
  }

  /** A sample as a picture; for data of shape {@code [C, H, W]}. */
  default Image image(int index) {
    Shape shape = sampleShape();
    if (shape.rank() != 3) {
      throw new IllegalStateException("samples of shape " + shape + " are not images [C, H, W]");
    }
    float[] values = new float[shape.intSize()];
    copy(index, values, 0);
    return Image.of(shape.dim(0), shape.dim(1), shape.dim(2), values);
  }

  /** How many samples each class has. */
  default int[] classCounts() {
    int[] counts = new int[classNames().size()];
    for (int i = 0; i < size(); i++) {
      counts[Objects.checkIndex(label(i), counts.length)]++;
    }
    return counts;
  }
}
