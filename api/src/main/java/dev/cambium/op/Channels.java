package dev.cambium.op;

import dev.cambium.tensor.Shape;
import java.util.List;

/**
 * The view of batch normalisation on [N, C] and [N, C, H, W]: C channels, each with one run of H W
 * (or 1) adjacent values per sample.
 *
 * @param batch N
 * @param channels C
 * @param run H W, or 1
 */
record Channels(int batch, int channels, int run) {
  /** Adds up a function of the flat index. */
  @FunctionalInterface
  interface Term {
    /** The term of the element at flat index {@code index}. */
    double at(int index);
  }

  /** Does something at a flat index. */
  @FunctionalInterface
  interface Visitor {
    /** Visits the element at flat index {@code index}. */
    void at(int index);
  }

  /** The channels of a shape. */
  static Channels of(Shape shape) {
    return new Channels(shape.dim(0), shape.dim(1), (int) shape.size(2, shape.rank()));
  }

  /** The shape in which a value per channel stretches over an array of shape {@code x}. */
  static Shape stretchable(Shape x) {
    return x.rank() == 4 ? Shape.of(1, x.dim(1), 1, 1) : Shape.of(1, x.dim(1));
  }

  /** The axes of an array of shape {@code x} over which a channel's values lie. */
  static List<Integer> axes(Shape x) {
    return x.rank() == 4 ? List.of(0, 2, 3) : List.of(0);
  }

  /** N H W: the number of values per channel. */
  long count() {
    return (long) batch * run;
  }

  /** The sum of {@code term} over the elements of {@code channel}. */
  double sum(int channel, Term term) {
    double sum = 0;
    for (int n = 0; n < batch; n++) {
      int from = (n * channels + channel) * run;
      for (int i = from; i < from + run; i++) {
        sum += term.at(i);
      }
    }
    return sum;
  }

  /** Visits the elements of {@code channel}. */
  void forEach(int channel, Visitor visitor) {
    for (int n = 0; n < batch; n++) {
      int from = (n * channels + channel) * run;
      for (int i = from; i < from + run; i++) {
        visitor.at(i);
      }
    }
  }
}
