package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/** The meaning of {@link LinearBackwardData}. */
record HostLinearBackwardData() implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] dy = inputs.get(0).values();
    double[] w = inputs.get(1).values();
    double[] dx = outputs.get(0).values();
    int units = inputs.get(1).dim(0);
    int features = inputs.get(1).dim(1);
    Arrays.fill(dx, 0);
    for (int n = 0; n < inputs.get(0).dim(0); n++) {
      Vectors.addWeightedRows(units, features, dy, n * units, 1, w, 0, features, dx, n * features);
    }
  }
}
