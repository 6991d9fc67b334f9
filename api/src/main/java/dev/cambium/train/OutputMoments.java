package dev.cambium.train;

import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Shape;
import java.util.Arrays;

/**
 * Means and variances (1/n) of what a layer gives, [N, O, ...], over samples and positions.
 *
 * @param mean of each output channel
 * @param variance of each output channel
 * @param overSamples of each output channel, the variance over the samples alone: 0 where every
 *     sample gives the same
 */
record OutputMoments(double[] mean, double[] variance, double[] overSamples) {
  /** Below this share of the mean square, a variance is rounding. */
  private static final double ROUNDING = 1e-10;

  static OutputMoments of(HostArray output) {
    Shape shape = output.shape();
    int samples = shape.dim(0);
    int channels = shape.dim(1);
    int positions = Math.toIntExact(shape.size(2, shape.rank()));
    double[] values = output.toDoubles();
    double[] mean = new double[channels];
    double[] variance = new double[channels];
    double[] overSamples = new double[channels];
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      double between = 0;
      double[] means = new double[positions];
      for (int p = 0; p < positions; p++) {
        for (int n = 0; n < samples; n++) {
          means[p] += values[(n * channels + c) * positions + p];
        }
        sum += means[p];
        means[p] /= samples;
      }
      mean[c] = sum / ((double) samples * positions);
      for (int p = 0; p < positions; p++) {
        between += (means[p] - mean[c]) * (means[p] - mean[c]);
        for (int n = 0; n < samples; n++) {
          double d = values[(n * channels + c) * positions + p] - means[p];
          overSamples[c] += d * d;
        }
      }
      overSamples[c] /= (double) samples * positions;
      variance[c] = overSamples[c] + between / positions;
    }
    return new OutputMoments(mean, variance, overSamples);
  }

  /** The variance of all numbers together. */
  double overall() {
    double all = Arrays.stream(mean).average().orElseThrow();
    double sum = 0;
    for (int c = 0; c < mean.length; c++) {
      sum += variance[c] + (mean[c] - all) * (mean[c] - all);
    }
    return sum / mean.length;
  }

  /**
   * Requires that some channel tells the samples apart, or that each does.
   *
   * @throws IllegalArgumentException when a layer is dead or the data constant; the message names
   *     the layer
   */
  void requireAlive(WeightedLayer layer, boolean every) {
    int dead = 0;
    for (int c = 0; c < mean.length; c++) {
      double square = variance[c] + mean[c] * mean[c];
      if (!Double.isFinite(square)) {
        throw new IllegalArgumentException(
            "the layer of "
                + layer.name()
                + " gives NaN or infinity; look for numbers in the batch that are not finite or"
                + " very large");
      }
      if (!(overSamples[c] > ROUNDING * square)) {
        dead++;
      }
    }
    if (every ? dead > 0 : dead == mean.length) {
      throw new IllegalArgumentException(
          "the layer of "
              + layer.name()
              + " gives the same for every sample in "
              + dead
              + " of "
              + mean.length
              + " outputs, so its variance cannot become 1; look for constant data, or for a dead"
              + " layer before it");
    }
  }
}
