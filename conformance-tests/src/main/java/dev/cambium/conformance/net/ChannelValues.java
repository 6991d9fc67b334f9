package dev.cambium.conformance.net;

import dev.cambium.tensor.Shape;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;

/**
 * The elements of an array [N, C] or [N, C, H, W] channel by channel.
 *
 * @param shape the array's shape
 */
record ChannelValues(Shape shape) {
  /** C. */
  int channels() {
    return shape.dim(1);
  }

  /** M = N H W: the number of values per channel. */
  double count() {
    return (double) shape.size() / channels();
  }

  /** Visits the flat index of each element of one channel. */
  void forEach(int channel, IntConsumer visitor) {
    int run = (int) shape.size(2, shape.rank());
    for (int n = 0; n < shape.dim(0); n++) {
      int from = (n * channels() + channel) * run;
      for (int i = from; i < from + run; i++) {
        visitor.accept(i);
      }
    }
  }

  /** The sum of {@code term} over the flat indices of one channel. */
  double sum(int channel, IntToDoubleFunction term) {
    double[] sum = new double[1];
    forEach(channel, i -> sum[0] += term.applyAsDouble(i));
    return sum[0];
  }
}
