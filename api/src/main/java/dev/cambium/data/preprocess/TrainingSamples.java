package dev.cambium.data.preprocess;

import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.function.Consumer;

/** Hands training samples, one after the other, to something that takes statistics of them. */
final class TrainingSamples {
  private TrainingSamples() {}

  /**
   * Reads every sample once, in order, into one array that is used again.
   *
   * @throws DatasetException when there is none, or one is not finite
   */
  static void read(Dataset train, Consumer<float[]> statistics) {
    if (train.size() == 0) {
      throw new DatasetException("statistics need at least one training sample, got none");
    }
    float[] sample = new float[train.sampleShape().intSize()];
    for (int i = 0; i < train.size(); i++) {
      train.copy(i, sample, 0);
      int bad = firstNotFinite(sample);
      if (bad >= 0) {
        throw new DatasetException(
            notFinite(train.sampleName(i), train.sampleShape(), bad, sample));
      }
      statistics.accept(sample);
    }
  }

  /**
   * Checks a sample that is given by hand.
   *
   * @throws IllegalArgumentException when it has another size, or is not finite
   */
  static void check(float[] sample, long index, Shape shape) {
    if (sample.length != shape.size()) {
      throw new IllegalArgumentException(
          "sample %d must be %d numbers, as its shape is %s, got %d"
              .formatted(index, shape.size(), shape, sample.length));
    }
    int bad = firstNotFinite(sample);
    if (bad >= 0) {
      throw new IllegalArgumentException(notFinite("sample " + index, shape, bad, sample));
    }
  }

  /** The shape of samples that have features to take statistics of. */
  static Shape checked(Shape shape) {
    if (shape.size() == 0) {
      throw new IllegalArgumentException(
          "statistics need samples of at least one element, got shape " + shape);
    }
    return shape;
  }

  private static int firstNotFinite(float[] sample) {
    for (int i = 0; i < sample.length; i++) {
      if (!Float.isFinite(sample[i])) {
        return i;
      }
    }
    return -1;
  }

  private static String notFinite(String name, Shape shape, int element, float[] sample) {
    int[] at = new int[shape.rank()];
    int rest = element;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      at[axis] = rest % shape.dim(axis);
      rest /= shape.dim(axis);
    }
    return "%s is %s at %s; statistics need finite numbers: mend the sample or leave it out"
        .formatted(name, sample[element], Arrays.toString(at));
  }
}
