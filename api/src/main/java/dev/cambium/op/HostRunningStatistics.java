package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** The meaning of {@link RunningStatistics}. */
record HostRunningStatistics(RunningStatistics op) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double m = op.momentum();
    double unbias = op.count() / (op.count() - 1.0);
    for (int c = 0; c < inputs.get(0).dim(0); c++) {
      outputs.get(0).values()[c] =
          (1 - m) * inputs.get(0).values()[c] + m * inputs.get(2).values()[c];
      outputs.get(1).values()[c] =
          (1 - m) * inputs.get(1).values()[c] + m * inputs.get(3).values()[c] * unbias;
    }
  }
}
