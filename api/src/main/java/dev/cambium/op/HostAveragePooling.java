package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** The meaning of {@link AveragePooling}. */
record HostAveragePooling(Window2d window, boolean countPadding) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] x = inputs.get(0).values();
    double[] y = outputs.get(0).values();
    int width = inputs.get(0).dim(3);
    PoolingWindows.forEach(
        window,
        inputs.get(0).shape(),
        outputs.get(0).shape(),
        (out, plane, top, bottom, left, right) -> {
          double sum = 0;
          for (int row = top; row < bottom; row++) {
            for (int column = left; column < right; column++) {
              sum += x[plane + row * width + column];
            }
          }
          y[out] = sum / divisor(window, countPadding, bottom - top, right - left);
        });
  }

  /** By what the sum over a window that covers {@code rows} x {@code columns} is divided. */
  static int divisor(Window2d window, boolean countPadding, int rows, int columns) {
    return countPadding ? window.kernel().height() * window.kernel().width() : rows * columns;
  }
}
