package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** The meaning of {@link MaxPooling}. */
record HostMaxPooling(Window2d window) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] x = inputs.get(0).values();
    double[] y = outputs.get(0).values();
    int width = inputs.get(0).dim(3);
    PoolingWindows.forEach(
        window,
        inputs.get(0).shape(),
        outputs.get(0).shape(),
        (out, plane, top, bottom, left, right) ->
            y[out] = x[chosen(x, plane, width, top, bottom, left, right)]);
  }

  /** The index of the largest pixel, the first of equals; the first NaN where there is one. */
  static int chosen(double[] x, int plane, int width, int top, int bottom, int left, int right) {
    int best = plane + top * width + left;
    for (int row = top; row < bottom; row++) {
      for (int column = left; column < right; column++) {
        int at = plane + row * width + column;
        if (x[at] > x[best] || (Double.isNaN(x[at]) && !Double.isNaN(x[best]))) {
          best = at;
        }
      }
    }
    return best;
  }
}
