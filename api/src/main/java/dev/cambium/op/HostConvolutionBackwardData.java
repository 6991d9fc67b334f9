package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/** The meaning of {@link ConvolutionBackwardData}. */
record HostConvolutionBackwardData(ConvolutionBackwardData op) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] dys = inputs.get(0).values();
    double[] ws = inputs.get(1).values();
    double[] dxs = outputs.get(0).values();
    Arrays.fill(dxs, 0);
    int step = op.geometry().stride().width();
    ConvolutionRows.forEach(
        op.geometry(),
        outputs.get(0).shape(),
        inputs.get(1).shape(),
        inputs.get(0).shape(),
        (wi, xi, yi, count) -> {
          double w = ws[wi];
          for (int i = 0; i < count; i++) {
            dxs[xi + i * step] += w * dys[yi + i];
          }
        });
  }
}
