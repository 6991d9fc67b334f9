package dev.cambium.conformance.op;

import static dev.cambium.conformance.op.NormStatistics.gamma;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** The derivation of {@link NormTolerance#backward}, channel by channel. */
final class NormGradientBound {
  private final BatchNormBackward op;
  private final NormChannels channels;
  private final double u;
  private final double tiny;
  private final double beta;
  private final double[] x;
  private final double[] y;
  private final double[] dz;
  private final double[] gammas;
  private final double[] dx;
  private final List<double[]> bounds;

  NormGradientBound(BatchNormBackward op, Evaluated evaluated, double beta) {
    this.op = op;
    this.beta = beta;
    List<DoubleArray> inputs = evaluated.inputs();
    u = evaluated.u();
    tiny = evaluated.tiny();
    channels = new NormChannels(inputs.get(1).shape());
    x = inputs.get(1).values();
    y = inputs.get(2).values();
    gammas = inputs.get(3).values();
    dz = inputs.get(0).values().clone();
    if (op.activation().equals(Activation.RELU)) {
      for (int i = 0; i < dz.length; i++) {
        dz[i] = y[i] > 0 ? dz[i] : 0;
      }
    }
    dx = evaluated.outputs().get(0).values();
    bounds = Tolerance.fill(evaluated, (output, i) -> 0);
  }

  /** Of dx, dgamma and dbeta. */
  List<double[]> bounds() {
    for (int c = 0; c < channels.channels(); c++) {
      derive(c, NormStatistics.of(channels, c, x, u));
    }
    return bounds;
  }

  private void derive(int c, NormStatistics statistics) {
    double count = channels.count();
    double mean = statistics.mean();
    double inverse = statistics.inverse(op.epsilon());
    double relative = statistics.inverseError(op.epsilon(), u) + u;
    double scale = Math.abs(gammas[c]) * inverse;
    double meanError = statistics.meanError();
    requireAwayFromKink(c, mean, inverse, relative, meanError);

    double total = channels.sum(c, i -> dz[i]);
    double absolute = channels.sum(c, i -> Math.abs(dz[i]));
    double products = channels.sum(c, i -> dz[i] * (x[i] - mean)) * inverse;
    double absoluteProducts = channels.sum(c, i -> Math.abs(dz[i] * (x[i] - mean))) * inverse;
    double growth = gamma(count + 4, u);
    double shifted = inverse * (1 + relative) * meanError;

    double dbeta = gamma(count, u) * absolute + tiny;
    double dgamma =
        growth * absoluteProducts
            + relative * Math.abs(products)
            + shifted * (Math.abs(total) + growth * absolute)
            + count * tiny * (1 + inverse);
    bounds.get(1)[c] = dgamma;
    bounds.get(2)[c] = dbeta;
    channels.forEach(
        c,
        i -> {
          double normalised = Math.abs(x[i] - mean) * inverse;
          double slope = Math.abs(products) / count;
          double terms = Math.abs(dz[i]) + Math.abs(total) / count + normalised * slope;
          bounds.get(0)[i] =
              scale
                      * (1 + relative)
                      * (dbeta / count
                          + normalised * dgamma / count
                          + (shifted + relative * normalised) * slope
                          + 6 * u * terms)
                  + (relative + 3 * u) * Math.abs(dx[i])
                  + 8 * tiny * (1 + scale);
        });
  }

  /** Fails where a rounding of the forward operation could decide whether y is above 0. */
  private void requireAwayFromKink(
      int c, double mean, double inverse, double relative, double meanError) {
    if (op.activation().equals(Activation.NONE)) {
      return;
    }
    double scale = gammas[c] * inverse;
    channels.forEach(
        c,
        i -> {
          double z = scale * (x[i] - mean) + beta;
          double error =
              Math.abs(scale) * (meanError + 4 * u * (Math.abs(x[i]) + Math.abs(mean)))
                  + 2 * relative * Math.abs(z - beta)
                  + 4 * u * Math.abs(beta);
          if (Math.abs(z) <= error || (y[i] > 0) != (z > 0)) {
            throw new AssertionError(
                "the case is mistrusted: element "
                    + i
                    + " is "
                    + z
                    + " before the ReLU, where roundings decide; give it other data");
          }
        });
  }
}
