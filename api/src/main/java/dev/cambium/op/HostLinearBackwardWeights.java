package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/** The meaning of {@link LinearBackwardWeights}. */
record HostLinearBackwardWeights(LinearBackwardWeights op) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] x = inputs.get(0).values();
    double[] dy = inputs.get(1).values();
    double[] dw = outputs.get(0).values();
    int units = outputs.get(0).dim(0);
    int features = outputs.get(0).dim(1);
    int batch = inputs.get(0).dim(0);
    Arrays.fill(dw, 0);
    for (int o = 0; o < units; o++) {
      Vectors.addWeightedRows(batch, features, dy, o, units, x, 0, features, dw, o * features);
      if (op.bias()) {
        double sum = 0;
        for (int n = 0; n < batch; n++) {
          sum += dy[n * units + o];
        }
        outputs.get(1).values()[o] = sum;
      }
    }
  }
}
