package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/** The meaning of {@link ConvolutionBackwardWeights}. */
record HostConvolutionBackwardWeights(ConvolutionBackwardWeights op) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] xs = inputs.get(0).values();
    double[] dys = inputs.get(1).values();
    double[] dws = outputs.get(0).values();
    Arrays.fill(dws, 0);
    int step = op.geometry().stride().width();
    ConvolutionRows.forEach(
        op.geometry(),
        inputs.get(0).shape(),
        outputs.get(0).shape(),
        inputs.get(1).shape(),
        (wi, xi, yi, count) -> dws[wi] += Vectors.dot(count, xs, xi, step, dys, yi));
    if (op.bias()) {
      sumPlanes(inputs.get(1), outputs.get(1).values());
    }
  }

  private static void sumPlanes(DoubleArray dy, double[] db) {
    Arrays.fill(db, 0);
    int plane = dy.dim(2) * dy.dim(3);
    for (int i = 0; i < dy.dim(0) * dy.dim(1); i++) {
      double sum = 0;
      for (int k = 0; k < plane; k++) {
        sum += dy.values()[i * plane + k];
      }
      db[i % dy.dim(1)] += sum;
    }
  }
}
