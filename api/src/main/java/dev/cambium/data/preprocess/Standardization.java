package dev.cambium.data.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.Preprocessing;
import dev.cambium.image.Image;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.Map;

/**
 * {@code y = (x - mean) / std}, feature by feature (for images: pixel by pixel), with the {@code N
 * - 1} of Torch's {@code std} unless told otherwise.
 *
 * <p>A feature that varies by no more than the rounding of a float (2^-23 of its mean) is constant:
 * it is centred and not scaled. Images are usually centred only: {@link MeanImage}, {@link
 * ChannelStandardization#fitMean}.
 */
public final class Standardization implements Preprocessing {
  static final String TYPE = "standardization";

  private static final double ROUNDING = 0x1p-23;

  private final Shape shape;
  private final float[] mean;
  private final float[] std;

  private Standardization(Shape shape, float[] mean, float[] std) {
    this.shape = shape;
    this.mean = mean;
    this.std = std;
  }

  /**
   * Subtracts and divides by given numbers.
   *
   * @param shape the shape of the samples
   * @param mean a finite number for each of their elements, row-major
   * @param std a finite and positive one
   */
  public static Standardization of(Shape shape, float[] mean, float[] std) {
    SampleShape.requireFinite("mean of a standardization of shape " + shape, mean, shape.size());
    SampleShape.requireFinite("std of a standardization of shape " + shape, std, shape.size());
    for (int i = 0; i < std.length; i++) {
      if (std[i] <= 0) {
        throw new IllegalArgumentException(
            "std of a standardization must be positive, got %s for element %d; use 1 for what is not to be scaled"
                .formatted(std[i], i));
      }
    }
    return new Standardization(shape, mean.clone(), std.clone());
  }

  /** Mean and deviation of samples that were seen one by one. */
  public static Standardization of(FeatureMoments moments, Deviation deviation) {
    double[] mean = moments.mean();
    double[] std = moments.std(deviation);
    for (int i = 0; i < std.length; i++) {
      if (std[i] <= ROUNDING * Math.abs(mean[i]) || std[i] < Float.MIN_NORMAL) {
        std[i] = 1;
      }
    }
    return of(moments.sampleShape(), SampleShape.toFloats(mean), SampleShape.toFloats(std));
  }

  /**
   * Mean and deviation, with {@code N - 1}, of the training samples, in one pass.
   *
   * @throws DatasetException when there is none, or one is not finite; it is named
   * @throws IllegalArgumentException when there is only one
   */
  public static Standardization fit(Dataset train) {
    return fit(train, Deviation.SAMPLE);
  }

  /** Mean and deviation, with a denominator of one's choice, of the training samples. */
  public static Standardization fit(Dataset train, Deviation deviation) {
    return of(FeatureMoments.fit(train), deviation);
  }

  /** The mean, row-major; a copy. */
  public float[] mean() {
    return mean.clone();
  }

  /** What is divided by, row-major: 1 for a constant feature; a copy. */
  public float[] std() {
    return std.clone();
  }

  /** The mean as a picture, for samples {@code [C, H, W]}. */
  public Image meanPicture() {
    return DisplayRange.picture(shape, mean());
  }

  /** The deviation as a picture, for samples {@code [C, H, W]}: the largest is white. */
  public Image stdPicture() {
    return DisplayRange.fromZero(DisplayRange.picture(shape, std()));
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
      to[toOffset + i] = (from[fromOffset + i] - mean[i]) / std[i];
    }
  }

  @Override
  public ObjectNode toJson() {
    return PreprocessingJson.describe(TYPE, shape);
  }

  @Override
  public Map<String, HostArray> tensors() {
    return Map.of("mean", HostArray.of(shape, mean), "std", HostArray.of(shape, std));
  }

  static Standardization read(JsonNode json, Map<String, HostArray> tensors) {
    Shape shape = PreprocessingJson.shape(json);
    return of(
        shape,
        PreprocessingJson.statistics(tensors, "mean", shape),
        PreprocessingJson.statistics(tensors, "std", shape));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Standardization that
        && shape.equals(that.shape)
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std);
  }

  @Override
  public String toString() {
    return "Standardization" + shape;
  }
}
