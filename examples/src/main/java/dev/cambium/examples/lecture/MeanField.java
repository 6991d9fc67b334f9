package dev.cambium.examples.lecture;

import java.util.function.DoubleUnaryOperator;

/**
 * What theory says of the activations of a deep net of wide random layers, layer by layer, and how
 * far a finite experiment scatters around it.
 *
 * <p>With n inputs, weights N(0, w) and biases N(0, b), a unit's sum is Gaussian with variance k =
 * n w q + b, where q is the mean square of the activations before (1 for the input); the
 * activations f(sqrt(k) z) have the mean m1 = E f and the mean square m2 = E f^2, the next q (B.
 * Poole et al., "Exponential expressivity in deep neural networks through transient chaos", 2016).
 *
 * <p>The standard errors are of first order in 1 / n. V is the relative variance of m2 over the
 * draws of all weights so far; in each layer it goes on from the sums to the activations, by the
 * slope d ln m2 / d ln k, and the n units of the layer add their own. How much that is depends on
 * how alike the inputs of the layer are, as one draw of the weights serves all of them.
 *
 * @param mean of the activations of each layer
 * @param std their standard deviation
 * @param meanError the standard error of the mean that an experiment finds
 * @param stdError the standard error of the standard deviation
 */
record MeanField(double[] mean, double[] std, double[] meanError, double[] stdError) {
  /**
   * The experiment's size.
   *
   * @param units n, of every layer and of the input
   * @param samples inputs that go through each net
   * @param nets nets with weights of their own
   * @param layers how many layers
   */
  record Size(int units, int samples, int nets, int layers) {}

  /**
   * For tanh. Different inputs stay nearly orthogonal: the mean of their squared cosines is l / n
   * before layer l. Each with itself adds what independent values of f^2 would.
   */
  static MeanField tanh(Size size, double weightVariance, double biasVariance) {
    MeanField theory = empty(size);
    double n = size.units();
    double q = 1;
    double variance = 2 / (n * size.samples()); // of the inputs
    for (int l = 0; l < size.layers(); l++) {
      double fromBelow = n * weightVariance * q;
      double k = fromBelow + biasVariance;
      q = theory.fill(l, k, StrictMath::tanh);
      double slope = Math.log(meanSquare(1.01 * k) / meanSquare(0.99 * k)) / Math.log(1.01 / 0.99);
      double share = fromBelow / k;
      double alike = 2 * (l + 1) / (n * n);
      double fourth = expectation(z -> Math.pow(StrictMath.tanh(Math.sqrt(k) * z), 4));
      double itself = (fourth / (q * q) - 1) / (n * size.samples());
      variance = slope * slope * (share * share * variance + alike) + itself;
      theory.stdError[l] = theory.std[l] * Math.sqrt(variance / size.nets()) / 2;
      theory.meanError[l] = theory.std[l] / Math.sqrt(n * size.samples() * size.nets());
    }
    return theory;
  }

  /**
   * For ReLU without a bias. Different inputs become more and more alike: their cosine c follows Y.
   * Cho, L. Saul, "Kernel Methods for Deep Learning", 2009, from 0 on.
   */
  static MeanField relu(Size size, double weightVariance) {
    MeanField theory = empty(size);
    double n = size.units();
    double itself = 1.0 / size.samples();
    double q = 1;
    double c = 0;
    double variance = 2 / (n * size.samples()); // of the inputs
    for (int l = 0; l < size.layers(); l++) {
      q = theory.fill(l, n * weightVariance * q, x -> Math.max(x, 0));
      double angle = Math.acos(c);
      double first = Math.sin(angle) + (Math.PI - angle) * c;
      double second = 3 * Math.sin(angle) * c + (Math.PI - angle) * (1 + 2 * c * c);
      double ownSquares = (1 - itself) * (2 * second / Math.PI - 1 + 2 / n) + itself * 5;
      double ownMean = (1 - itself) * (first - 1 + 1 / n) + itself * (Math.PI - 1);
      theory.meanError[l] = theory.mean[l] * Math.sqrt((variance / 4 + ownMean / n) / size.nets());
      variance += ownSquares / n;
      theory.stdError[l] = theory.std[l] * Math.sqrt(variance / size.nets()) / 2;
      c = Math.min(1, first / Math.PI);
    }
    return theory;
  }

  private static MeanField empty(Size size) {
    int layers = size.layers();
    return new MeanField(
        new double[layers], new double[layers], new double[layers], new double[layers]);
  }

  /** Sets mean and standard deviation of a layer whose sums have variance k; the next q. */
  private double fill(int layer, double k, DoubleUnaryOperator f) {
    double root = Math.sqrt(k);
    double square = expectation(z -> Math.pow(f.applyAsDouble(root * z), 2));
    mean[layer] = expectation(z -> f.applyAsDouble(root * z));
    std[layer] = Math.sqrt(square - mean[layer] * mean[layer]);
    return square;
  }

  private static double meanSquare(double k) {
    return expectation(z -> Math.pow(StrictMath.tanh(Math.sqrt(k) * z), 2));
  }

  /** E f(z) for z of N(0, 1), by the trapezoidal rule. */
  private static double expectation(DoubleUnaryOperator f) {
    double step = 1.0 / 512;
    double sum = 0;
    for (int i = -5120; i <= 5120; i++) {
      double z = i * step;
      sum += f.applyAsDouble(z) * Math.exp(-z * z / 2);
    }
    return sum * step / Math.sqrt(2 * Math.PI);
  }
}
