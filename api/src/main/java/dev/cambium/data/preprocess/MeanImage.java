package dev.cambium.data.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.Preprocessing;
import dev.cambium.image.Image;
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

  /**
   * The mean of the training samples, in one pass.
   *
   * @throws DatasetException when there is none, or one is not finite; it is named
   */
  public static MeanImage fit(Dataset train) {
    return of(FeatureMoments.fit(train));
  }

  /** The mean of samples that were seen one by one. */
  public static MeanImage of(FeatureMoments moments) {
    return of(moments.sampleShape(), SampleShape.toFloats(moments.mean()));
  }

  /** The mean, row-major; a copy. */
  public float[] mean() {
    return mean.clone();
  }

  /** The mean as a picture, for samples {@code [C, H, W]}. */
  public Image meanPicture() {
    return DisplayRange.picture(shape, mean());
  }

  @Override
  public Shape outputShape(Shape sampleShape) {
    SampleShape.requireSame(shape, sampleShape);
    return sampleShape;
  }

  @Override
  public void apply(float[] from, int fromOffset, float[] to, int toOffset, Shape sampleShape) {
    SampleShape.requireSame(shape, sampleShape);
    for (int i = 0; i < mean.length; i++) {
      to[toOffset + i] = from[fromOffset + i] - mean[i];
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = PreprocessingJson.describe(TYPE, shape);
    var values = json.putArray("mean");
    for (float value : mean) {
      values.add(value);
    }
    return json;
  }

  static MeanImage fromJson(JsonNode json) {
    Shape shape = PreprocessingJson.shape(json);
    List<Float> values = PreprocessingJson.numbers(json, "mean");
    float[] mean = new float[values.size()];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = values.get(i);
    }
    return of(shape, mean);
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
