package dev.cambium.data.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.Preprocessing;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.Map;

/**
 * {@code y = U (x - mean)}: the coordinates of a sample along the {@code k} directions in which the
 * training samples vary most, uncorrelated over these (K. Pearson 1901, H. Hotelling 1933).
 *
 * <p>Samples of any shape become {@code [k]}. One costs {@code k} times its elements multiply-adds,
 * at the speed at which memory gives the matrix.
 *
 * @param components the directions {@code U}, the mean, and how much each varies
 */
public record Pca(PrincipalComponents components) implements Preprocessing {
  static final String TYPE = "pca";

  /**
   * Keeps so many components of the training samples.
   *
   * @param count of 1 to the number of features; those without variance give 0
   * @throws DatasetException when there is no sample, or one is not finite; it is named
   * @throws IllegalArgumentException when there is only one
   */
  public static Pca fit(Dataset train, int count) {
    return new Pca(PrincipalComponents.fit(train, count));
  }

  /**
   * Keeps the fewest components that have a share of the training samples' variance. All are
   * computed for that.
   *
   * @param share above 0 and at most 1
   * @throws DatasetException as {@link #fit}
   * @throws IllegalArgumentException when there is only one sample, or all are equal
   */
  public static Pca fitShare(Dataset train, double share) {
    PrincipalComponents.requireShare(share);
    return new Pca(PrincipalComponents.fit(train).withShare(share));
  }

  @Override
  public Shape outputShape(Shape sampleShape) {
    SampleShape.requireSame(components.sampleShape(), sampleShape);
    return Shape.of(components.count());
  }

  @Override
  public void apply(float[] from, int fromOffset, float[] to, int toOffset, Shape sampleShape) {
    SampleShape.requireSame(components.sampleShape(), sampleShape);
    float[] coordinates = components.coordinates(from, fromOffset);
    System.arraycopy(coordinates, 0, to, toOffset, coordinates.length);
  }

  /**
   * {@code mean + U^T y}: the sample of given coordinates, which is the original one without what
   * the components do not hold.
   */
  public float[] inverse(float... coordinates) {
    SampleShape.requireFinite("coordinates of a PCA", coordinates, components.count());
    return components.sample(coordinates);
  }

  @Override
  public ObjectNode toJson() {
    return components.toJson(TYPE);
  }

  @Override
  public Map<String, HostArray> tensors() {
    return components.tensors();
  }

  static Pca read(JsonNode json, Map<String, HostArray> tensors) {
    return new Pca(PrincipalComponents.read(json, tensors));
  }
}
