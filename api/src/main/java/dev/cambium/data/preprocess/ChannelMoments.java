package dev.cambium.data.preprocess;

/**
 * Mean and variance of a stream of blocks in double: two passes over each block, and blocks joined
 * by the update of T. Chan, G. Golub and R. LeVeque, "Updating Formulae and a Pairwise Algorithm
 * for Computing Sample Variances" (1979), so that nothing cancels however long the stream is.
 */
final class ChannelMoments {
  private long count;
  private double mean;
  private double squares;

  void add(float[] values, int offset, int length) {
    double sum = 0;
    for (int i = offset; i < offset + length; i++) {
      sum += values[i];
    }
    double blockMean = sum / length;
    double blockSquares = 0;
    for (int i = offset; i < offset + length; i++) {
      double d = values[i] - blockMean;
      blockSquares += d * d;
    }
    double delta = blockMean - mean;
    long total = count + length;
    mean += delta * length / total;
    squares += blockSquares + delta * delta * ((double) count * length / total);
    count = total;
  }

  double mean() {
    return mean;
  }

  /** The biased variance, 1/n. */
  double variance() {
    return squares / count;
  }
}
