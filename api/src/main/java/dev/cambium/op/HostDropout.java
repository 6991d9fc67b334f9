package dev.cambium.op;

import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Philox4x32;
import dev.cambium.tensor.Shape;
import java.util.List;

/** {@link Dropout} in plain loops. */
final class HostDropout implements HostFunction {
  private final Dropout op;

  HostDropout(Dropout op) {
    this.op = op;
  }

  @Override
  public void apply(List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double[] x = inputs.get(0).values();
    double[] rng = inputs.get(1).values();
    double[] y = outputs.get(0).values();
    Shape shape = inputs.get(0).shape();
    int[] words = new int[4];
    for (int index = 0; index < x.length; index++) {
      if (index % 4 == 0) {
        Philox4x32.block(
            (int) rng[0],
            (int) rng[1],
            index / 4,
            (int) rng[2],
            (int) rng[3],
            op.stream(),
            words,
            0);
      }
      int at = shape.rank() == 4 ? fromChannelsLast(index, shape) : index;
      boolean kept = (words[index % 4] & 0xFFFFFFFFL) >= op.threshold();
      y[at] = kept ? x[at] * op.scale() : 0;
    }
  }

  /**
   * The row-major index [N, C, H, W] of the element that is number {@code index} in [N, H, W, C].
   */
  private static int fromChannelsLast(int index, Shape shape) {
    int channels = shape.dim(1);
    int pixels = shape.dim(2) * shape.dim(3);
    int channel = index % channels;
    int pixel = index / channels % pixels;
    int image = index / channels / pixels;
    return (image * channels + channel) * pixels + pixel;
  }
}
