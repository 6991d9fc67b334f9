package dev.cambium.data.preprocess;

import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.tensor.Shape;

/**
 * Mean and variance of every feature (pixel) of a stream of samples, in one pass and in double, for
 * data that do not fit in memory.
 *
 * <p>A sample moves them by B. P. Welford, "Note on a Method for Calculating Corrected Sums of
 * Squares and Products" (1962), and two streams are joined by T. Chan, G. Golub and R. LeVeque,
 * "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979), so that
 * nothing cancels however long the stream is. Not safe for use from many threads: give each its
 * own, and {@link #merge} them.
 *
 * <pre>{@code
 * FeatureMoments moments = new FeatureMoments(Shape.of(3, 32, 32));
 * while (source.hasNext()) {
 *   moments.add(source.next());
 * }
 * Standardization fitted = Standardization.of(moments, Deviation.SAMPLE);
 * }</pre>
 */
public final class FeatureMoments {
  private final Shape shape;
  private final double[] mean;
  private final double[] squares;
  private long count;

  /**
   * The statistics of no sample.
   *
   * @param sampleShape the shape of the samples to come, of at least one element
   */
  public FeatureMoments(Shape sampleShape) {
    this.shape = TrainingSamples.checked(sampleShape);
    this.mean = new double[sampleShape.intSize()];
    this.squares = new double[mean.length];
  }

  /**
   * The statistics of all samples.
   *
   * @throws DatasetException when there is none, or one is not finite; it is named
   */
  public static FeatureMoments fit(Dataset train) {
    FeatureMoments moments = new FeatureMoments(train.sampleShape());
    TrainingSamples.read(train, moments::include);
    return moments;
  }

  /**
   * Takes one more sample in.
   *
   * @param sample its elements, row-major, finite
   * @return this
   */
  public FeatureMoments add(float[] sample) {
    TrainingSamples.check(sample, count, shape);
    include(sample);
    return this;
  }

  private void include(float[] sample) {
    count++;
    double weight = 1.0 / count;
    for (int i = 0; i < mean.length; i++) {
      double delta = sample[i] - mean[i];
      double moved = mean[i] + delta * weight;
      squares[i] += delta * (sample[i] - moved);
      mean[i] = moved;
    }
  }

  /**
   * Takes in what another stream has seen, which stays as it is.
   *
   * @return this
   */
  public FeatureMoments merge(FeatureMoments other) {
    if (!other.shape.equals(shape)) {
      throw new IllegalArgumentException(
          "statistics of samples of shape %s cannot be merged into those of shape %s"
              .formatted(other.shape, shape));
    }
    if (other.count == 0) {
      return this;
    }
    long total = count + other.count;
    double share = (double) other.count / total;
    for (int i = 0; i < mean.length; i++) {
      double delta = other.mean[i] - mean[i];
      squares[i] += other.squares[i] + delta * delta * count * share;
      mean[i] += delta * share;
    }
    count = total;
    return this;
  }

  /** The shape of the samples. */
  public Shape sampleShape() {
    return shape;
  }

  /** How many samples have been taken in. */
  public long count() {
    return count;
  }

  /**
   * The mean of each feature, row-major; a copy.
   *
   * @throws IllegalArgumentException before the first sample
   */
  public double[] mean() {
    Deviation.POPULATION.denominator(count);
    return mean.clone();
  }

  /**
   * The standard deviation of each feature, row-major.
   *
   * @throws IllegalArgumentException when there are too few samples for that denominator
   */
  public double[] std(Deviation deviation) {
    long denominator = deviation.denominator(count);
    double[] std = new double[squares.length];
    for (int i = 0; i < std.length; i++) {
      std[i] = Math.sqrt(squares[i] / denominator);
    }
    return std;
  }
}
