package dev.cambium.data;

import dev.cambium.tensor.DType;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** Samples of any shape and any values, from arrays that a program has in memory. */
public final class TensorDataset implements Dataset {
  private final Shape sampleShape;
  private final HostArray samples;
  private final int[] labels;
  private final List<String> classNames;

  private TensorDataset(
      Shape sampleShape, HostArray samples, int[] labels, List<String> classNames) {
    this.sampleShape = sampleShape;
    this.samples = samples;
    this.labels = labels;
    this.classNames = classNames;
  }

  /**
   * A data set over the given arrays; the samples are not copied.
   *
   * @param samples FLOAT32 {@code [N, ...]}, N at least 1
   * @param labels INT32 {@code [N]}, each an index into {@code classNames}
   * @param classNames the name of each class
   * @throws DatasetException when the shapes do not fit, there is no sample, or a label is no class
   */
  public static TensorDataset of(HostArray samples, HostArray labels, List<String> classNames) {
    if (samples.dtype() != DType.FLOAT32 || samples.shape().rank() < 2) {
      throw new DatasetException(
          "samples must be FLOAT32 [N, ...] of rank 2 or more, got " + samples.type());
    }
    int count = samples.shape().dim(0);
    if (labels.dtype() != DType.INT32 || !labels.shape().equals(Shape.of(count))) {
      throw new DatasetException(
          "labels must be INT32[%d], one for each sample, got %s".formatted(count, labels.type()));
    }
    if (count == 0) {
      throw new DatasetException("samples are empty, " + samples.type() + "; give at least one");
    }
    int[] classes = labels.toInts();
    for (int i = 0; i < count; i++) {
      InMemoryDataset.checkLabel("the tensor", i, classes[i], classNames.size());
    }
    int[] dimensions = samples.shape().toArray();
    Shape sampleShape = Shape.of(Arrays.copyOfRange(dimensions, 1, dimensions.length));
    return new TensorDataset(sampleShape, samples, classes, List.copyOf(classNames));
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
    int length = sampleShape.intSize();
    FloatBuffer values = samples.bytes().asFloatBuffer();
    values.get(index * length, into, offset, length);
  }
}
