package dev.cambium.conformance.net;

import static dev.cambium.conformance.net.RoundingOfSums.U;
import static dev.cambium.conformance.net.RoundingOfSums.square;

import dev.cambium.op.BatchNormTraining;
import dev.cambium.tensor.DoubleArray;
import java.util.List;

/**
 * The rounding of batch normalisation without activation, around given values. The statistics of a
 * channel are sums over its M values (see {@link RoundingOfSums}); an error in one of them, or in 1
 * / sqrt(variance + epsilon), moves all values of the channel together, so these errors are drawn
 * once per channel and passed on by the formula itself. What is left is an independent error per
 * element: a rounding for each of the few operations that make it, whether as (x - mean) scale +
 * beta or as x scale + (beta - mean scale).
 */
final class RoundingOfBatchNorm implements Rounding {
  /**
   * The relative deviation of 1 / sqrt(variance + epsilon): the sum is rounded, which the root
   * halves, then the root, then the quotient.
   */
  static final double INVERSE = U * Math.sqrt(0.25 + 1 + 1);

  private final BatchNormTraining op;
  private final ChannelValues channels;
  private final double[] means;
  private final double[] variances;
  private final double[] shifts;
  private final double[] elements;

  /** Around the values of one exact evaluation. */
  RoundingOfBatchNorm(BatchNormTraining op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    this.op = op;
    this.channels = new ChannelValues(inputs.get(0).shape());
    this.means = new double[channels.channels()];
    this.variances = new double[channels.channels()];
    this.shifts = new double[channels.channels()];
    this.elements = new double[inputs.get(0).values().length];
    for (int c = 0; c < channels.channels(); c++) {
      derive(c, inputs, outputs);
    }
  }

  private void derive(int c, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] x = inputs.get(0).values();
    double[] y = outputs.get(0).values();
    double count = channels.count();
    double mean = outputs.get(1).values()[c];
    double variance = outputs.get(2).values()[c];
    double beta = inputs.get(2).values()[c];
    double scale = inputs.get(1).values()[c] / Math.sqrt(variance + op.epsilon());

    double squares = channels.sum(c, i -> x[i] * x[i]);
    double total = RoundingOfSums.variance(count, squares, mean * count);
    means[c] = U * Math.sqrt(total / square(count) + square(mean));
    // A term of the variance is (x - mean)^2: its difference and its square are rounded too.
    double fourths = channels.sum(c, i -> square(square(x[i] - mean)));
    double deviations = RoundingOfSums.variance(count, fourths, variance * count) + 4 * fourths;
    variances[c] = U * Math.sqrt(deviations / square(count) + square(variance));
    shifts[c] = U * Math.sqrt(2 * square(mean * scale) + square(beta));
    channels.forEach(
        c,
        i ->
            elements[i] =
                U
                    * Math.sqrt(
                        3 * square(scale * (x[i] - mean))
                            + square(scale * x[i])
                            + square(beta)
                            + square(y[i])));
  }

  @Override
  public void compute(List<DoubleArray> inputs, List<DoubleArray> outputs, Noise noise) {
    op.host().orElseThrow().apply(inputs, outputs);
    noise.addTo(outputs.get(1).values(), means);
    noise.addTo(outputs.get(2).values(), variances);
    double[] x = inputs.get(0).values();
    double[] y = outputs.get(0).values();
    for (int c = 0; c < channels.channels(); c++) {
      double mean = outputs.get(1).values()[c];
      double deviation = Math.sqrt(Math.max(0, outputs.get(2).values()[c]) + op.epsilon());
      double scale = inputs.get(1).values()[c] / deviation * (1 + noise.draw(INVERSE));
      double shift = inputs.get(2).values()[c] + noise.draw(shifts[c]);
      channels.forEach(c, i -> y[i] = scale * (x[i] - mean) + shift + noise.draw(elements[i]));
    }
  }
}
