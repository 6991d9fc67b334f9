package dev.cambium.data.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.image.Image;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The directions in which samples vary most: eigenvectors {@code u_c} of their covariance (with
 * {@code N - 1}), in the order of their eigenvalues {@code lambda_c}, the variances along them.
 * What {@link Pca} and {@link Whitening} are made of; fitted once, it gives any of them.
 *
 * <p>Of each component the element of largest magnitude is positive. All components of 3,072
 * features take less than a minute, the first hundred a few seconds: docs/preprocessing.md.
 * Immutable.
 */
public final class PrincipalComponents {
  /** Eigenvalues below this share of the largest, for each feature, are rounding: they are 0. */
  private static final double ROUNDING = 0x1p-52;

  /** What the rounding of variances to floats may take from a sum of all. */
  private static final double SUM = 1e-6;

  private final Shape shape;
  private final float[] mean;
  private final float[] variances;
  private final double totalVariance;

  /** From a centred sample to its coordinates. */
  private final Projection projection;

  private PrincipalComponents(
      Shape shape, float[] mean, float[] variances, double totalVariance, float[] columns) {
    this.shape = shape;
    this.mean = mean;
    this.variances = variances;
    this.totalVariance = totalVariance;
    this.projection = new Projection(mean.length, variances.length, columns);
  }

  /**
   * All components of the training samples, as many as there are features.
   *
   * @throws DatasetException when there is no sample, or one is not finite; it is named
   * @throws IllegalArgumentException when there is only one
   */
  public static PrincipalComponents fit(Dataset train) {
    return fit(train, train.sampleShape().intSize());
  }

  /**
   * The first components of the training samples.
   *
   * @param count how many, of 1 to the number of features
   */
  public static PrincipalComponents fit(Dataset train, int count) {
    requireCount(count, train.sampleShape().intSize(), "features");
    return of(FeatureCovariance.fit(train), count);
  }

  /** All components of samples that were seen one by one. */
  public static PrincipalComponents of(FeatureCovariance samples) {
    return of(samples, samples.sampleShape().intSize());
  }

  /** The first components of samples that were seen one by one. */
  public static PrincipalComponents of(FeatureCovariance samples, int count) {
    int features = samples.sampleShape().intSize();
    requireCount(count, features, "features");
    double[][] covariance = samples.covariance();
    double total = 0;
    for (int i = 0; i < features; i++) {
      total += covariance[i][i];
    }
    EigenPairs pairs = EigenPairs.largest(covariance, count);
    double least = pairs.values()[0] * features * ROUNDING;
    float[] variances = new float[count];
    float[] columns = new float[Math.multiplyExact(features, count)];
    for (int c = 0; c < count; c++) {
      variances[c] = pairs.values()[c] > least ? (float) pairs.values()[c] : 0;
      for (int i = 0; i < features; i++) {
        columns[i * count + c] = (float) pairs.vectors()[c][i];
      }
    }
    return new PrincipalComponents(
        samples.sampleShape(), SampleShape.toFloats(samples.mean()), variances, total, columns);
  }

  private static void requireCount(int count, int most, String what) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException(
          "the number of components must be of 1 to %d, the number of %s, got %d"
              .formatted(most, what, count));
    }
  }

  /** The first of these components. */
  public PrincipalComponents first(int count) {
    requireCount(count, count(), "components that there are");
    if (count == count()) {
      return this;
    }
    float[] columns = new float[mean.length * count];
    for (int i = 0; i < mean.length; i++) {
      System.arraycopy(projection.columns(), i * count(), columns, i * count, count);
    }
    return new PrincipalComponents(
        shape, mean, Arrays.copyOf(variances, count), totalVariance, columns);
  }

  /**
   * The fewest first components that together have a share of the variance.
   *
   * @param share above 0 and at most 1 (to 1e-6)
   * @throws IllegalArgumentException when the samples do not vary, or these components have less
   */
  public PrincipalComponents withShare(double share) {
    requireShare(share);
    if (totalVariance == 0) {
      throw new IllegalArgumentException(
          "all training samples are equal: there is no variance to keep a share of; check the data, or give a number of components");
    }
    double sum = 0;
    for (int c = 0; c < count(); c++) {
      sum += variances[c];
      if (sum >= share * totalVariance * (1 - SUM)) {
        return first(c + 1);
      }
    }
    throw new IllegalArgumentException(
        "these %d components have %.4f of the variance, %s is wanted; fit more"
            .formatted(count(), share(), share));
  }

  static double requireShare(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share of the variance must be above 0 and at most 1, got " + share);
    }
    return share;
  }

  /** The shape of the samples. */
  public Shape sampleShape() {
    return shape;
  }

  /** The number of components. */
  public int count() {
    return variances.length;
  }

  /** The mean of the training samples, row-major; a copy. */
  public float[] mean() {
    return mean.clone();
  }

  /** The variance along each component, largest first; 0 where only rounding is left; a copy. */
  public float[] variances() {
    return variances.clone();
  }

  /**
   * The share of the training samples' variance that these components have; 1 where there is none.
   */
  public double share() {
    double sum = 0;
    for (float variance : variances) {
      sum += variance;
    }
    return totalVariance == 0 ? 1 : Math.min(1, sum / totalVariance);
  }

  /** A component, of the length of a sample and of norm 1. */
  public float[] component(int index) {
    float[] component = new float[mean.length];
    for (int i = 0; i < component.length; i++) {
      component[i] = projection.columns()[i * count() + index];
    }
    return component;
  }

  /** {@code U (x - mean)}, the coordinates of a sample. */
  float[] coordinates(float[] from, int offset) {
    return rotated(centred(from, offset));
  }

  /** {@code U x}. */
  float[] rotated(float[] centred) {
    return projection.times(centred);
  }

  float[] centred(float[] from, int offset) {
    float[] centred = new float[mean.length];
    for (int i = 0; i < centred.length; i++) {
      centred[i] = from[offset + i] - mean[i];
    }
    return centred;
  }

  /** {@code mean + U^T y}, the sample of coordinates {@code y}. */
  float[] sample(float[] coordinates) {
    float[] sample = projection.transposedTimes(coordinates);
    for (int i = 0; i < sample.length; i++) {
      sample[i] += mean[i];
    }
    return sample;
  }

  /** {@code U^T diag(factors) U}, by its columns. */
  Projection symmetric(float[] factors) {
    int features = mean.length;
    double[][] rows = new double[count()][features];
    for (int i = 0; i < features; i++) {
      for (int c = 0; c < count(); c++) {
        rows[c][i] = Math.sqrt(factors[c]) * projection.columns()[i * count() + c];
      }
    }
    double[][] matrix = new double[features][features];
    TransposedProduct.addSquare(rows, rows.length, matrix);
    TransposedProduct.mirror(matrix);
    float[] columns = new float[features * features];
    for (int i = 0; i < features; i++) {
      for (int j = 0; j < features; j++) {
        columns[i * features + j] = (float) matrix[i][j];
      }
    }
    return new Projection(features, features, columns);
  }

  /** The mean as a picture, for samples {@code [C, H, W]}. */
  public Image meanPicture() {
    return DisplayRange.picture(shape, mean());
  }

  /** The first components as pictures, for samples {@code [C, H, W]}: zero is grey. */
  public List<Image> componentPictures(int number) {
    requireCount(number, count(), "components that there are");
    List<Image> pictures = new ArrayList<>();
    for (int c = 0; c < number; c++) {
      pictures.add(DisplayRange.aroundZero(DisplayRange.picture(shape, component(c))));
    }
    return pictures;
  }

  /** What {@link #read} needs besides {@link #tensors}. */
  ObjectNode toJson(String type) {
    return PreprocessingJson.describe(type, shape)
        .put("components", count())
        .put("totalVariance", totalVariance);
  }

  Map<String, HostArray> tensors() {
    float[] rows = new float[projection.columns().length];
    for (int c = 0; c < count(); c++) {
      for (int i = 0; i < mean.length; i++) {
        rows[c * mean.length + i] = projection.columns()[i * count() + c];
      }
    }
    return Map.of(
        "mean",
        HostArray.of(shape, mean),
        "variances",
        HostArray.of(Shape.of(count()), variances),
        "components",
        HostArray.of(Shape.of(count(), mean.length), rows));
  }

  static PrincipalComponents read(JsonNode json, Map<String, HostArray> tensors) {
    Shape shape = PreprocessingJson.shape(json);
    int features = shape.intSize();
    int count = json.path("components").asInt();
    requireCount(count, features, "features");
    double total = PreprocessingJson.notNegative(json, "totalVariance");
    float[] mean = PreprocessingJson.statistics(tensors, "mean", shape);
    float[] variances = PreprocessingJson.statistics(tensors, "variances", Shape.of(count));
    float[] rows = PreprocessingJson.statistics(tensors, "components", Shape.of(count, features));
    float[] columns = new float[rows.length];
    for (int c = 0; c < count; c++) {
      if (variances[c] < 0) {
        throw new IllegalArgumentException(
            "variances of components must not be negative, got " + variances[c]);
      }
      for (int i = 0; i < features; i++) {
        columns[i * count + c] = rows[c * features + i];
      }
    }
    return new PrincipalComponents(shape, mean, variances, total, columns);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrincipalComponents that
        && shape.equals(that.shape)
        && totalVariance == that.totalVariance
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(variances, that.variances)
        && Arrays.equals(projection.columns(), that.projection.columns());
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(variances);
  }

  @Override
  public String toString() {
    return "%d principal components of %s, %.4f of the variance".formatted(count(), shape, share());
  }
}
