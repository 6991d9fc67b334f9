package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/** The meaning of {@link Convolution}. */
record HostConvolution(Convolution op) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    DoubleArray y = outputs.get(0);
    double[] xs = inputs.get(0).values();
    double[] ws = inputs.get(1).values();
    double[] ys = y.values();
    int plane = y.dim(2) * y.dim(3);
    for (int i = 0; i < y.dim(0) * y.dim(1); i++) {
      double b = op.bias() ? inputs.get(2).values()[i % y.dim(1)] : 0;
      Arrays.fill(ys, i * plane, (i + 1) * plane, b);
    }
    int step = op.geometry().stride().width();
    ConvolutionRows.forEach(
        op.geometry(),
        inputs.get(0).shape(),
        inputs.get(1).shape(),
        y.shape(),
        (wi, xi, yi, count) -> Vectors.addScaled(count, ws[wi], xs, xi, step, ys, yi));
    HostLinear.activate(op.activation(), ys);
  }
}
