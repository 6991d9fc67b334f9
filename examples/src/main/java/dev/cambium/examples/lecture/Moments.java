package dev.cambium.examples.lecture;

/**
 * Mean and standard deviation of numbers, over all of them (1/N).
 *
 * @param mean the mean
 * @param std the standard deviation
 */
record Moments(double mean, double std) {
  static Moments of(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return new Moments(mean, Math.sqrt(squares / values.length));
  }
}
