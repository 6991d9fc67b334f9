package dev.cambium.conformance.op;

import dev.cambium.tensor.Shape;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;

/** Which elements of [N, C] or [N, C, H, W] belong to a channel. */
record NormChannels(Shape shape) {
  int channels() {
    return shape.dim(1);
  }

  private int plane() {
    return Math.toIntExact(shape.size(2, shape.rank()));
  }

  /** M: the number of values per channel. */
  int count() {
    return shape.dim(0) * plane();
  }

  /** The channel of an element. */
  int of(int element) {
    return element / plane() % channels();
  }

  /** Visits the elements of a channel in their order. */
  void forEach(int channel, IntConsumer visitor) {
    int plane = plane();
    for (int n = 0; n < shape.dim(0); n++) {
      int begin = (n * channels() + channel) * plane;
      for (int i = begin; i < begin + plane; i++) {
        visitor.accept(i);
      }
    }
  }

  /** A sum over the elements of a channel. */
  double sum(int channel, IntToDoubleFunction term) {
    double[] sum = {0};
    forEach(channel, i -> sum[0] += term.applyAsDouble(i));
    return sum[0];
  }
}
