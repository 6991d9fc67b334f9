package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/** The meaning of {@link MaxPoolingBackward}. */
record HostMaxPoolingBackward(Window2d window) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] dy = inputs.get(0).values();
    double[] x = inputs.get(1).values();
    double[] dx = outputs.get(0).values();
    int width = inputs.get(1).dim(3);
    Arrays.fill(dx, 0);
    PoolingWindows.forEach(
        window,
        inputs.get(1).shape(),
        inputs.get(0).shape(),
        (out, plane, top, bottom, left, right) ->
            dx[HostMaxPooling.chosen(x, plane, width, top, bottom, left, right)] += dy[out]);
  }
}
