package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** The meaning of {@link BatchNormBackward}. */
record HostBatchNormBackward(BatchNormBackward op) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] x = inputs.get(1).values();
    double[] dz = beforeActivation(inputs.get(0).values(), inputs.get(2).values());
    double[] dx = outputs.get(0).values();
    Channels channels = Channels.of(inputs.get(1).shape());
    for (int c = 0; c < channels.channels(); c++) {
      double mean = inputs.get(4).values()[c];
      double inverse = 1 / Math.sqrt(inputs.get(5).values()[c] + op.epsilon());
      double gamma = inputs.get(3).values()[c];
      double dgamma = channels.sum(c, i -> dz[i] * (x[i] - mean) * inverse);
      double dbeta = channels.sum(c, i -> dz[i]);
      double meanOfDz = dbeta / channels.count();
      double slope = dgamma / channels.count() * inverse;
      channels.forEach(
          c, i -> dx[i] = gamma * inverse * (dz[i] - meanOfDz - slope * (x[i] - mean)));
      outputs.get(1).values()[c] = dgamma;
      outputs.get(2).values()[c] = dbeta;
    }
  }

  private double[] beforeActivation(double[] dy, double[] y) {
    if (op.activation().equals(Activation.NONE)) {
      return dy;
    }
    double[] dz = new double[dy.length];
    for (int i = 0; i < dz.length; i++) {
      dz[i] = y[i] > 0 ? dy[i] : 0;
    }
    return dz;
  }
}
