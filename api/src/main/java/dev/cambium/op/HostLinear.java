package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** The meaning of {@link Linear}. */
record HostLinear(Linear op) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] x = inputs.get(0).values();
    double[] w = inputs.get(1).values();
    double[] y = outputs.get(0).values();
    int features = inputs.get(1).dim(1);
    int units = inputs.get(1).dim(0);
    for (int n = 0; n < inputs.get(0).dim(0); n++) {
      for (int o = 0; o < units; o++) {
        y[n * units + o] =
            Vectors.dot(features, x, n * features, w, o * features)
                + (op.bias() ? inputs.get(2).values()[o] : 0);
      }
    }
    activate(op.activation(), y);
  }

  /** Applies a fused activation in place. */
  static void activate(Activation activation, double[] values) {
    if (!activation.equals(Activation.NONE)) {
      for (int i = 0; i < values.length; i++) {
        values[i] = activation.apply(values[i]);
      }
    }
  }
}
