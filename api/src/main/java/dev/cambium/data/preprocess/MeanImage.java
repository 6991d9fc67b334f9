package dev.cambium.data.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.Preprocessing;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * {@code y = x - mean}, where {@code mean} is the mean of all training samples, pixel by pixel, as
 * in AlexNet (Krizhevsky, Sutskever and Hinton 2012).
 */
public final class MeanImage implements Preprocessing {
  static final String TYPE = "mean-image";

  private final Shape shape;
  private final float[] mean;

  private MeanImage(Shape shape, float[] mean) {
    this.shape = shape;
    this.mean = mean;
  }

  /**
   * Subtracts the given mean.
   *
   * @param shape the shape of the samples
   * @param mean a finite number for each of their elements, row-major
   */
  public static MeanImage of(Shape shape, float... mean) {
    if (shape.size() != mean.length) {
      throw new IllegalArgumentException(
          "a mean image of shape %s needs %d numbers, got %d"
              .formatted(shape, shape.size(), mean.length));
    }
    for (float value : mean) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a mean image must be finite, got " + value);
      }
    }
    return new MeanImage(shape, mean.clone());
  }

  /** The mean of the training samples, in one pass. */
  public static MeanImage fit(Dataset train) {
    if (train.size() == 0) {
      throw new DatasetException("statistics need at least one training sample, got none");
    }
    float[] sample = new float[train.sampleShape().intSize()];
    double[] sum = new double[sample.length];
    for (int i = 0; i < train.size(); i++) {
      train.copy(i, sample, 0);
      for (int j = 0; j < sample.length; j++) {
        sum[j] += sample[j];
      }
    }
    float[] mean = new float[sample.length];
    for (int j = 0; j < mean.length; j++) {
      mean[j] = (float) (sum[j] / train.size());
    }
    return of(train.sampleShape(), mean);
  }

  /** The mean, row-major; a copy. */
  public float[] mean() {
    return mean.clone();
  }

  @Override
  public Shape outputShape(Shape sampleShape) {
    if (!sampleShape.equals(shape)) {
      throw new IllegalArgumentException(
          "preprocessing was fitted on samples of shape %s, got samples of shape %s"
              .formatted(shape, sampleShape));
    }
    return sampleShape;
  }

  @Override
  public void apply(float[] from, int fromOffset, float[] to, int toOffset, Shape sampleShape) {
    for (int i = 0; i < mean.length; i++) {
      to[toOffset + i] = from[fromOffset + i] - mean[i];
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", TYPE);
    var dimensions = json.putArray("shape");
    for (int d : shape.toArray()) {
      dimensions.add(d);
    }
    var values = json.putArray("mean");
    for (float value : mean) {
      values.add(value);
    }
    return json;
  }

  static MeanImage fromJson(JsonNode json) {
    List<Float> dimensions = PreprocessingJson.numbers(json, "shape");
    List<Float> values = PreprocessingJson.numbers(json, "mean");
    float[] mean = new float[values.size()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = values.get(i);
    }
    return of(Shape.of(dimensions.stream().map(Float::intValue).toList()), mean);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MeanImage that
        && shape.equals(that.shape)
        && Arrays.equals(mean, that.mean);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(mean);
  }

  @Override
  public String toString() {
    return "MeanImage" + shape;
  }
}
