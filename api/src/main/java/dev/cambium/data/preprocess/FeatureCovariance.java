package dev.cambium.data.preprocess;

import dev.cambium.data.Dataset;
import dev.cambium.data.DatasetException;
import dev.cambium.tensor.Shape;

/**
 * Mean and covariance of all features (pixels) of a stream of samples, in one pass and in double,
 * for data that do not fit in memory.
 *
 * <p>Samples are gathered in blocks. The scatter of a block around its own mean is added to that of
 * the blocks before it by the formula of Chan, Golub and LeVeque (1979), in its form for products:
 * {@code S = S_a + S_b + d d^T n_a n_b / (n_a + n_b)} with {@code d = mean_b - mean_a}. So nothing
 * cancels however long the stream is. {@code F} features take {@code 8 F^2} bytes (75 MB for 3,072)
 * and {@code F^2} multiply-adds a sample, on all cores. Not safe for use from many threads: give
 * each its own, and {@link #merge} them.
 */
public final class FeatureCovariance {
  /** Samples of a block: its scatter is one product, so the matrix is read and written once. */
  private static final int BLOCK = 256;

  /** Matrices of that size that exist at once by the time of the components. */
  private static final int MATRICES = 4;

  private final Shape shape;
  private final double[] mean;

  /** Right above the diagonal and on it. */
  private final double[][] scatter;

  /** One row more than samples: the last is the distance of the means. */
  private final double[][] block;

  private int filled;
  private long counted;

  /**
   * The statistics of no sample.
   *
   * @param sampleShape the shape of the samples to come, of at least one element
   * @throws IllegalArgumentException when Java may not use the memory that so many features need
   */
  public FeatureCovariance(Shape sampleShape) {
    this.shape = TrainingSamples.checked(sampleShape);
    double bytes = (double) MATRICES * Double.BYTES * shape.size() * shape.size();
    if (bytes > Runtime.getRuntime().maxMemory()) {
      throw new IllegalArgumentException(
          "the covariance of %d features (samples of shape %s) and its eigenvectors need %.1f GB, of which Java may use %.1f; make the images smaller, or give it more with -Xmx"
              .formatted(
                  shape.size(), shape, bytes * 1e-9, Runtime.getRuntime().maxMemory() * 1e-9));
    }
    int features = shape.intSize();
    this.mean = new double[features];
    this.scatter = new double[features][features];
    this.block = new double[BLOCK + 1][features];
  }

  /**
   * The statistics of all samples.
   *
   * @throws DatasetException when there is none, or one is not finite; it is named
   */
  public static FeatureCovariance fit(Dataset train) {
    FeatureCovariance covariance = new FeatureCovariance(train.sampleShape());
    TrainingSamples.read(train, covariance::include);
    return covariance;
  }

  /**
   * Takes one more sample in.
   *
   * @param sample its elements, row-major, finite
   * @return this
   */
  public FeatureCovariance add(float[] sample) {
    TrainingSamples.check(sample, count(), shape);
    include(sample);
    return this;
  }

  private void include(float[] sample) {
    double[] row = block[filled++];
    for (int i = 0; i < row.length; i++) {
      row[i] = sample[i];
    }
    if (filled == BLOCK) {
      flush();
    }
  }

  private void flush() {
    if (filled == 0) {
      return;
    }
    double[] blockMean = new double[mean.length];
    for (int s = 0; s < filled; s++) {
      for (int i = 0; i < blockMean.length; i++) {
        blockMean[i] += block[s][i] / filled;
      }
    }
    for (int s = 0; s < filled; s++) {
      for (int i = 0; i < blockMean.length; i++) {
        block[s][i] -= blockMean[i];
      }
    }
    join(blockMean, filled, block[filled]);
    TransposedProduct.addSquare(block, filled + 1, scatter);
    filled = 0;
  }

  /** Moves the mean; {@code row} receives what the scatter between the two means is a square of. */
  private void join(double[] otherMean, long samples, double[] row) {
    long total = counted + samples;
    double weight = Math.sqrt((double) counted * samples / total);
    double share = (double) samples / total;
    for (int i = 0; i < mean.length; i++) {
      double distance = otherMean[i] - mean[i];
      row[i] = distance * weight;
      mean[i] += distance * share;
    }
    counted = total;
  }

  /**
   * Takes in what another stream has seen, which stays as it is.
   *
   * @return this
   */
  public FeatureCovariance merge(FeatureCovariance other) {
    if (!other.shape.equals(shape)) {
      throw new IllegalArgumentException(
          "statistics of samples of shape %s cannot be merged into those of shape %s"
              .formatted(other.shape, shape));
    }
    other.flush();
    flush();
    if (other.counted > 0) {
      for (int i = 0; i < scatter.length; i++) {
        for (int j = i; j < scatter.length; j++) {
          scatter[i][j] += other.scatter[i][j];
        }
      }
      join(other.mean, other.counted, block[0]);
      TransposedProduct.addSquare(block, 1, scatter);
    }
    return this;
  }

  /** The shape of the samples. */
  public Shape sampleShape() {
    return shape;
  }

  /** How many samples have been taken in. */
  public long count() {
    return counted + filled;
  }

  /**
   * The mean of each feature, row-major; a copy.
   *
   * @throws IllegalArgumentException before the first sample
   */
  public double[] mean() {
    Deviation.POPULATION.denominator(count());
    flush();
    return mean.clone();
  }

  /**
   * The covariance of each two features, with {@code N - 1}; symmetric, a copy.
   *
   * @throws IllegalArgumentException when there are fewer than two samples
   */
  public double[][] covariance() {
    long denominator = Deviation.SAMPLE.denominator(count());
    flush();
    double[][] covariance = new double[mean.length][mean.length];
    for (int i = 0; i < covariance.length; i++) {
      for (int j = i; j < covariance.length; j++) {
        covariance[i][j] = scatter[i][j] / denominator;
      }
    }
    TransposedProduct.mirror(covariance);
    return covariance;
  }
}
