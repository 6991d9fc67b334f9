package dev.cambium.conformance.op;

/**
 * The exact statistics of a channel, and how far those that a conforming kernel computes may be
 * from them, with u the unit roundoff, gamma_n = n u / (1 - n u), M the number of values and rms
 * the root of the mean of their squares.
 *
 * <p>Mean: a sum in any order and a division, or a product with 1 / M: gamma_(M + 1) sum |x| / M.
 * Where x are integers whose sums are exact, only the last two roundings are left: 2 u |mean|.
 *
 * <p>Variance: the operation's formula subtracts the mean first. Around a mean that is off by d the
 * squares sum to variance + d^2; difference, square, sum and division add gamma_(M + 5). Updating
 * formulas (Welford's), which need one pass, are allowed their own gamma_(M + 5) deviation rms (T.
 * Chan, G. Golub, R. LeVeque: "Algorithms for Computing the Sample Variance", The American
 * Statistician 37, 1983): with condition number k = rms / deviation, M u k of the variance. The
 * difference sum x^2 / M - mean^2 is off by M u k^2 and does not conform: with a mean of a thousand
 * deviations nothing is left of its FLOAT32 digits.
 *
 * @param mean of the channel
 * @param variance of the channel, biased
 * @param meanError the most that a computed mean may be off
 * @param varianceError the most that a computed variance may be off
 */
record NormStatistics(double mean, double variance, double meanError, double varianceError) {
  /** Of the values that {@code x} has in a channel. */
  static NormStatistics of(NormChannels channels, int channel, double[] x, double u) {
    double count = channels.count();
    double mean = channels.sum(channel, i -> x[i]) / count;
    double variance = channels.sum(channel, i -> square(x[i] - mean)) / count;
    double absolute = channels.sum(channel, i -> Math.abs(x[i]));
    double fractions = channels.sum(channel, i -> Math.abs(x[i] - Math.rint(x[i])));
    boolean exact = fractions == 0 && absolute * u <= 1;
    double meanError = exact ? 2 * u * Math.abs(mean) : gamma(count + 1, u) * absolute / count;
    double rms = Math.sqrt(variance + square(mean));
    double growth = gamma(count + 5, u);
    double varianceError = growth * Math.sqrt(variance) * rms + (1 + growth) * square(meanError);
    return new NormStatistics(mean, variance, meanError, varianceError);
  }

  /** Statistics that are given, and so without error. */
  static NormStatistics given(double mean, double variance) {
    return new NormStatistics(mean, variance, 0, 0);
  }

  /** 1 / sqrt(variance + epsilon). */
  double inverse(double epsilon) {
    return 1 / Math.sqrt(variance + epsilon);
  }

  /**
   * The relative error of a computed 1 / sqrt(variance + epsilon): what the variance's makes of it,
   * which no kernel lets fall below 0, and the roundings, for which OpenCL allows half an ulp in
   * the sum, 3 ulps in the root and 2.5 in the quotient, together 12 u.
   */
  double inverseError(double epsilon, double u) {
    double smallest = Math.max(0, variance - varianceError) + epsilon;
    double exact = variance + epsilon;
    return Math.sqrt(exact / smallest) - 1 + 12 * u;
  }

  static double gamma(double n, double u) {
    return n * u / (1 - n * u);
  }

  static double square(double value) {
    return value * value;
  }
}
