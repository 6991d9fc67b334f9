package dev.cambium.data.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.data.Preprocessing;
import dev.cambium.image.Image;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.Map;
import java.util.Objects;

/**
 * Makes features uncorrelated and of variance 1 (but for epsilon):
 *
 * <ul>
 *   <li>{@link #pca}: {@code y = diag(lambda + epsilon)^(-1/2) U (x - mean)}, samples become {@code
 *       [k]};
 *   <li>{@link #zca}: {@code y = U^T diag(lambda + epsilon)^(-1/2) U (x - mean)}, of the shape of
 *       the sample and as close to it as white data can be (A. Bell and T. Sejnowski, "The
 *       'Independent Components' of Natural Scenes are Edge Filters", 1997).
 * </ul>
 *
 * <p>{@code U} holds the principal components in its rows, {@code lambda} the variances along them.
 * Epsilon keeps directions of little variance, which are noise, from being blown up: for pixels in
 * [0, 1] 1e-2 to 1e-1 is usual. A direction with neither variance nor epsilon gives 0.
 *
 * <p>A sample costs a product with a matrix of {@code k} rows (ZCA: as many as it has elements) in
 * float: about 4 ms for 3x32x32 and all components.
 */
public final class Whitening implements Preprocessing {
  static final String TYPE = "whitening";

  private enum Kind {
    PCA,
    ZCA
  }

  private final Kind kind;
  private final PrincipalComponents components;
  private final double epsilon;
  private final float[] deviations;
  private final float[] factors;
  private final Projection zca;

  private Whitening(Kind kind, PrincipalComponents components, double epsilon) {
    Objects.requireNonNull(components, "components");
    this.kind = kind;
    this.components = components;
    this.epsilon = requireEpsilon(epsilon);
    this.deviations = components.variances();
    this.factors = new float[deviations.length];
    for (int c = 0; c < factors.length; c++) {
      deviations[c] = (float) Math.sqrt(deviations[c] + epsilon);
      factors[c] = deviations[c] < Float.MIN_NORMAL ? 0 : 1 / deviations[c];
    }
    this.zca = kind == Kind.ZCA ? components.symmetric(factors) : null;
  }

  /**
   * PCA whitening by given components.
   *
   * @param epsilon added to each variance, not negative
   */
  public static Whitening pca(PrincipalComponents components, double epsilon) {
    return new Whitening(Kind.PCA, components, epsilon);
  }

  /**
   * ZCA whitening by given components, usually all; what the others hold is lost.
   *
   * @param epsilon added to each variance, not negative
   */
  public static Whitening zca(PrincipalComponents components, double epsilon) {
    return new Whitening(Kind.ZCA, components, epsilon);
  }

  /**
   * PCA whitening by the first components of the training samples.
   *
   * @param count of 1 to the number of features
   * @param epsilon added to each variance, not negative
   * @throws DatasetException when there is no sample, or one is not finite; it is named
   * @throws IllegalArgumentException when there is only one
   */
  public static Whitening fitPca(Dataset train, int count, double epsilon) {
    requireEpsilon(epsilon);
    return pca(PrincipalComponents.fit(train, count), epsilon);
  }

  /**
   * ZCA whitening by all components of the training samples.
   *
   * @param epsilon added to each variance, not negative
   * @throws DatasetException when there is no sample, or one is not finite; it is named
   * @throws IllegalArgumentException when there is only one
   */
  public static Whitening fitZca(Dataset train, double epsilon) {
    requireEpsilon(epsilon);
    return zca(PrincipalComponents.fit(train), epsilon);
  }

  private static double requireEpsilon(double epsilon) {
    if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "epsilon of a whitening must be finite and not negative, got " + epsilon);
    }
    return epsilon;
  }

  /** The components, the mean, and how much each varies. */
  public PrincipalComponents components() {
    return components;
  }

  /** What is added to each variance. */
  public double epsilon() {
    return epsilon;
  }

  @Override
  public Shape outputShape(Shape sampleShape) {
    SampleShape.requireSame(components.sampleShape(), sampleShape);
    return kind == Kind.ZCA ? sampleShape : Shape.of(components.count());
  }

  @Override
  public void apply(float[] from, int fromOffset, float[] to, int toOffset, Shape sampleShape) {
    SampleShape.requireSame(components.sampleShape(), sampleShape);
    float[] white;
    if (kind == Kind.ZCA) {
      white = zca.times(components.centred(from, fromOffset));
    } else {
      white = components.coordinates(from, fromOffset);
      for (int c = 0; c < white.length; c++) {
        white[c] *= factors[c];
      }
    }
    System.arraycopy(white, 0, to, toOffset, white.length);
  }

  /**
   * The sample of a white one: {@code mean + U^T diag(lambda + epsilon)^(1/2) y}, for ZCA with
   * {@code U y} in place of {@code y}.
   */
  public float[] inverse(float... white) {
    int length = kind == Kind.ZCA ? components.sampleShape().intSize() : components.count();
    SampleShape.requireFinite("a white sample", white, length);
    float[] coordinates = kind == Kind.ZCA ? components.rotated(white) : white.clone();
    for (int c = 0; c < coordinates.length; c++) {
      coordinates[c] *= deviations[c];
    }
    return components.sample(coordinates);
  }

  /**
   * What ZCA makes of a picture of the samples' size, to look at: zero is grey.
   *
   * @throws IllegalStateException when this is PCA whitening, whose result is no picture
   */
  public Image whitePicture(Image image) {
    if (kind != Kind.ZCA) {
      throw new IllegalStateException("PCA whitening gives no pictures; ZCA does");
    }
    float[] white = new float[image.values().length];
    apply(image.values(), 0, white, 0, Shape.of(image.channels(), image.height(), image.width()));
    return DisplayRange.aroundZero(DisplayRange.picture(components.sampleShape(), white));
  }

  @Override
  public ObjectNode toJson() {
    return components
        .toJson(TYPE)
        .put("kind", kind == Kind.ZCA ? "zca" : "pca")
        .put("epsilon", epsilon);
  }

  @Override
  public Map<String, HostArray> tensors() {
    return components.tensors();
  }

  static Whitening read(JsonNode json, Map<String, HostArray> tensors) {
    String kind = json.path("kind").asText();
    double epsilon = PreprocessingJson.notNegative(json, "epsilon");
    PrincipalComponents components = PrincipalComponents.read(json, tensors);
    return switch (kind) {
      case "pca" -> pca(components, epsilon);
      case "zca" -> zca(components, epsilon);
      default ->
          throw new IllegalArgumentException(
              "kind of a whitening must be pca or zca, got \"%s\"".formatted(kind));
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Whitening that
        && kind == that.kind
        && epsilon == that.epsilon
        && components.equals(that.components);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, epsilon, components);
  }

  @Override
  public String toString() {
    return "%s whitening, epsilon %s, by %s".formatted(kind, epsilon, components);
  }
}
