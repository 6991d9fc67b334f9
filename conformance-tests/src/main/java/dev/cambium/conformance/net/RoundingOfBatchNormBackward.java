package dev.cambium.conformance.net;

import static dev.cambium.conformance.net.RoundingOfBatchNorm.INVERSE;
import static dev.cambium.conformance.net.RoundingOfSums.U;
import static dev.cambium.conformance.net.RoundingOfSums.length;
import static dev.cambium.conformance.net.RoundingOfSums.square;

import dev.cambium.op.BatchNormBackward;
import dev.cambium.tensor.DoubleArray;
import java.util.List;

/**
 * The rounding of the gradient of batch normalisation without activation, around given values, on
 * the lines of {@link RoundingOfBatchNorm}: errors of dgamma, dbeta and 1 / sqrt(variance +
 * epsilon) are drawn once per channel and passed on to dx by the formula.
 */
final class RoundingOfBatchNormBackward implements Rounding {
  private final BatchNormBackward op;
  private final ChannelValues channels;
  private final double[] gammas;
  private final double[] betas;
  private final double[] elements;

  /** Around the values of one exact evaluation. */
  RoundingOfBatchNormBackward(
      BatchNormBackward op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    this.op = op;
    this.channels = new ChannelValues(inputs.get(1).shape());
    this.gammas = new double[channels.channels()];
    this.betas = new double[channels.channels()];
    this.elements = new double[inputs.get(1).values().length];
    for (int c = 0; c < channels.channels(); c++) {
      derive(c, inputs, outputs);
    }
  }

  private void derive(int c, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] dz = inputs.get(0).values();
    double[] x = inputs.get(1).values();
    double[] dx = outputs.get(0).values();
    double count = channels.count();
    double mean = inputs.get(4).values()[c];
    double inverse = 1 / Math.sqrt(inputs.get(5).values()[c] + op.epsilon());
    double scale = inputs.get(3).values()[c] * inverse;
    double dgamma = outputs.get(1).values()[c];
    double dbeta = outputs.get(2).values()[c];

    double products = channels.sum(c, i -> square(dz[i] * (x[i] - mean) * inverse));
    gammas[c] =
        length(
            U * Math.sqrt(RoundingOfSums.variance(count, products, dgamma) + 2 * products),
            INVERSE * dgamma);
    double squares = channels.sum(c, i -> square(dz[i]));
    betas[c] = U * Math.sqrt(RoundingOfSums.variance(count, squares, dbeta));
    channels.forEach(
        c,
        i -> {
          double normalised = (x[i] - mean) * inverse;
          elements[i] =
              U
                  * Math.sqrt(
                      3 * square(scale * dz[i])
                          + 4 * square(scale * dbeta / count)
                          + 5 * square(scale * normalised * dgamma / count)
                          + square(dx[i]));
        });
  }

  @Override
  public void compute(List<DoubleArray> inputs, List<DoubleArray> outputs, Noise noise) {
    op.host().orElseThrow().apply(inputs, outputs);
    noise.addTo(outputs.get(1).values(), gammas);
    noise.addTo(outputs.get(2).values(), betas);
    double[] dz = inputs.get(0).values();
    double[] x = inputs.get(1).values();
    double[] dx = outputs.get(0).values();
    for (int c = 0; c < channels.channels(); c++) {
      double mean = inputs.get(4).values()[c];
      double inverse = 1 / Math.sqrt(Math.max(0, inputs.get(5).values()[c]) + op.epsilon());
      double scale = inputs.get(3).values()[c] * inverse * (1 + noise.draw(INVERSE));
      double slope = outputs.get(1).values()[c] / channels.count() * inverse;
      double meanOfDz = outputs.get(2).values()[c] / channels.count();
      channels.forEach(
          c,
          i ->
              dx[i] = scale * (dz[i] - meanOfDz - slope * (x[i] - mean)) + noise.draw(elements[i]));
    }
  }
}
