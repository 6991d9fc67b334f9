package dev.cambium.conformance.op;

import static dev.cambium.conformance.op.NormStatistics.gamma;

import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.RunningStatistics;

/** The bounds of batch normalisation, around the statistics of {@link NormStatistics}. */
final class NormTolerance {
  private NormTolerance() {}

  /**
   * Of y, mean and variance, before an activation. An error in the mean or in the scale s = gamma /
   * sqrt(variance + epsilon) passes on by the formula, and y is made either as (x - mean) s + beta
   * or as x s + (beta - mean s), for whose roundings 2 u (|s| (|x| + |mean|) + |beta| + |y|)
   * suffices; s itself is rounded once more by its product with gamma.
   */
  static Tolerance training(BatchNormTraining op) {
    return evaluated -> {
      NormChannels channels = new NormChannels(evaluated.inputs().get(0).shape());
      double[] x = evaluated.inputs().get(0).values();
      NormStatistics[] statistics = statistics(channels, x, evaluated.u());
      return Tolerance.fill(
          evaluated,
          (output, i) ->
              switch (output) {
                case 0 -> normalised(evaluated, i, statistics[channels.of(i)], op.epsilon(), 2);
                case 1 -> statistics[i].meanError() + evaluated.tiny();
                default -> statistics[i].varianceError() + evaluated.tiny();
              });
    };
  }

  /** Of y with given statistics, before an activation; on the lines of {@link #training}. */
  static Tolerance inference(BatchNormInference op) {
    return evaluated -> {
      NormChannels channels = new NormChannels(evaluated.inputs().get(0).shape());
      double[] mean = evaluated.inputs().get(3).values();
      double[] variance = evaluated.inputs().get(4).values();
      return Tolerance.fill(
          evaluated,
          (output, i) -> {
            int c = channels.of(i);
            NormStatistics given = NormStatistics.given(mean[c], variance[c]);
            return normalised(evaluated, i, given, op.epsilon(), 2);
          });
    };
  }

  private static NormStatistics[] statistics(NormChannels channels, double[] x, double u) {
    NormStatistics[] statistics = new NormStatistics[channels.channels()];
    for (int c = 0; c < statistics.length; c++) {
      statistics[c] = NormStatistics.of(channels, c, x, u);
    }
    return statistics;
  }

  private static double normalised(
      Evaluated evaluated, int i, NormStatistics statistics, double epsilon, int betaIndex) {
    int c = new NormChannels(evaluated.inputs().get(0).shape()).of(i);
    double u = evaluated.u();
    double x = evaluated.inputs().get(0).values()[i];
    double gamma = evaluated.inputs().get(1).values()[c];
    double beta = evaluated.inputs().get(betaIndex).values()[c];
    double scale = Math.abs(gamma) * statistics.inverse(epsilon);
    double relative = statistics.inverseError(epsilon, u) + u;
    double centred = Math.abs(x - statistics.mean());
    double y = Math.abs(evaluated.outputs().get(0).values()[i]);
    double roundings = 2 * u * (Math.abs(x) + Math.abs(statistics.mean()));
    return scale * (1 + relative) * (statistics.meanError() + roundings)
        + relative * scale * centred
        + 2 * u * (Math.abs(beta) + y)
        + 4 * evaluated.tiny() * (1 + scale);
  }

  /**
   * Of the gradient, when the statistics come from the forward operation on the same backend, with
   * its errors. With r = 1 / sqrt(variance + epsilon) and x' = (x - mean) r: dbeta is a sum; dgamma
   * is one of products, whose mean error adds |mean error| |dbeta| r, and which shares the relative
   * error of r; dx passes both on by its formula, and rounds each of its three terms at most six
   * times.
   *
   * @param beta what the forward operation added, to see that no value is so close to the ReLU's
   *     kink that its derivative is open
   */
  static Tolerance backward(BatchNormBackward op, double beta) {
    return evaluated -> new NormGradientBound(op, evaluated, beta).bounds();
  }

  /**
   * Of the new running statistics: 1 - m and m are rounded, and the factor count / (count - 1) in
   * two steps; then two products and a sum.
   */
  static Tolerance moved(RunningStatistics op) {
    return evaluated ->
        Tolerance.fill(
            evaluated,
            (output, i) -> {
              double unbias = output == 0 ? 1 : op.count() / (op.count() - 1.0);
              double old = evaluated.inputs().get(output).values()[i];
              double batch = evaluated.inputs().get(2 + output).values()[i];
              double size =
                  (1 - op.momentum()) * Math.abs(old) + op.momentum() * unbias * Math.abs(batch);
              return gamma(output == 0 ? 4 : 7, evaluated.u()) * size + 4 * evaluated.tiny();
            });
  }
}
