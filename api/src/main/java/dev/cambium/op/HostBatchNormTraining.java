package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** The meaning of {@link BatchNormTraining}. */
record HostBatchNormTraining(BatchNormTraining op) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] x = inputs.get(0).values();
    double[] y = outputs.get(0).values();
    Channels channels = Channels.of(inputs.get(0).shape());
    for (int c = 0; c < channels.channels(); c++) {
      double mean = channels.sum(c, i -> x[i]) / channels.count();
      double variance = channels.sum(c, i -> (x[i] - mean) * (x[i] - mean)) / channels.count();
      double scale = inputs.get(1).values()[c] / Math.sqrt(variance + op.epsilon());
      double beta = inputs.get(2).values()[c];
      channels.forEach(c, i -> y[i] = op.activation().apply(scale * (x[i] - mean) + beta));
      outputs.get(1).values()[c] = mean;
      outputs.get(2).values()[c] = variance;
    }
  }
}
