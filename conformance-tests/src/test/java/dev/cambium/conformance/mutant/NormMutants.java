package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.channel;
import static dev.cambium.conformance.mutant.Altered.right;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.HostFunction;
import dev.cambium.op.RunningStatistics;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.List;

/** Mistakes in batch normalisation. */
final class NormMutants {
  private static final double NO_EPSILON = Double.MIN_NORMAL;

  private NormMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "normalises with the unbiased variance",
            BatchNormTraining.class,
            NormMutants::unbiased,
            "BatchNormTraining"),
        Mutant.of(
            "one pass over the batch, whose variance cancels",
            BatchNormTraining.class,
            NormMutants::onePass,
            "BatchNormTraining"),
        Mutant.of(
            "epsilon forgotten",
            BatchNormInference.class,
            op -> right(new BatchNormInference(NO_EPSILON, op.activation())),
            "BatchNormInference"),
        Mutant.of(
            "epsilon forgotten",
            BatchNormBackward.class,
            op -> right(new BatchNormBackward(NO_EPSILON, op.activation())),
            "BatchNormBackward"),
        Mutant.of(
            "the batch's statistics taken for constants",
            BatchNormBackward.class,
            NormMutants::constants,
            "BatchNormBackward"),
        Mutant.of(
            "the activation's gradient forgotten",
            BatchNormBackward.class,
            op -> right(new BatchNormBackward(op.epsilon(), Activation.NONE)),
            "BatchNormBackward"),
        Mutant.of(
            "the running variance stays biased",
            RunningStatistics.class,
            op -> right(new RunningStatistics(op.momentum(), Long.MAX_VALUE)),
            "RunningStatistics"),
        Mutant.of(
            "momentum the other way round",
            RunningStatistics.class,
            op -> right(new RunningStatistics(1 - op.momentum(), op.count())),
            "RunningStatistics"));
  }

  private static double count(Shape x) {
    return (double) x.size() / x.dim(1);
  }

  /** y from a mean and a variance of each channel. */
  private static void normalise(
      BatchNormTraining op, List<DoubleArray> in, DoubleArray y, double[] mean, double[] variance) {
    double[] x = in.get(0).values();
    for (int i = 0; i < x.length; i++) {
      int c = channel(y.shape(), i);
      double hat = (x[i] - mean[c]) / Math.sqrt(variance[c] + op.epsilon());
      double z = in.get(1).values()[c] * hat + in.get(2).values()[c];
      y.values()[i] = op.activation().apply(z);
    }
  }

  private static HostFunction unbiased(BatchNormTraining op) {
    return Altered.then(
        op,
        (in, out) -> {
          double count = count(in.get(0).shape());
          double[] variance = Altered.map(out.get(2), v -> v * count / (count - 1)).values();
          normalise(op, in, out.get(0), out.get(1).values(), variance);
        });
  }

  private static HostFunction onePass(BatchNormTraining op) {
    return (in, out) -> {
      DoubleArray x = in.get(0);
      double[] mean = out.get(1).values();
      double[] variance = out.get(2).values();
      float[] sums = new float[mean.length];
      float[] squares = new float[mean.length];
      for (int i = 0; i < x.values().length; i++) {
        float value = (float) x.values()[i];
        sums[channel(x.shape(), i)] += value;
        squares[channel(x.shape(), i)] += value * value;
      }
      float count = (float) count(x.shape());
      for (int c = 0; c < mean.length; c++) {
        mean[c] = sums[c] / count;
        variance[c] = Math.max(0, squares[c] / count - (float) (mean[c] * mean[c]));
      }
      normalise(op, in, out.get(0), mean, variance);
    };
  }

  /** dx = gamma / sqrt(variance + epsilon) dz. */
  private static HostFunction constants(BatchNormBackward op) {
    return Altered.then(
        op,
        (in, out) -> {
          boolean relu = !op.activation().equals(Activation.NONE);
          double[] dx = out.get(0).values();
          for (int i = 0; i < dx.length; i++) {
            int c = channel(out.get(0).shape(), i);
            double scale = in.get(3).values()[c] / Math.sqrt(in.get(5).values()[c] + op.epsilon());
            boolean off = relu && in.get(2).values()[i] <= 0;
            dx[i] = off ? 0 : scale * in.get(0).values()[i];
          }
        });
  }
}
