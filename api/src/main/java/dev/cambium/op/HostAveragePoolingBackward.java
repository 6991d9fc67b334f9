package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import java.util.Arrays;
import java.util.List;

/** The meaning of {@link AveragePoolingBackward}. */
record HostAveragePoolingBackward(Window2d window, boolean countPadding) implements HostFunction {
  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] dy = inputs.get(0).values();
    double[] dx = outputs.get(0).values();
    int width = outputs.get(0).dim(3);
    Arrays.fill(dx, 0);
    PoolingWindows.forEach(
        window,
        outputs.get(0).shape(),
        inputs.get(0).shape(),
        (out, plane, top, bottom, left, right) -> {
          double share =
              dy[out]
                  / HostAveragePooling.divisor(window, countPadding, bottom - top, right - left);
          for (int row = top; row < bottom; row++) {
            for (int column = left; column < right; column++) {
              dx[plane + row * width + column] += share;
            }
          }
        });
  }
}
