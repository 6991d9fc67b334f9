package dev.cambium.conformance.mutant;

import dev.cambium.op.HostFunction;
import dev.cambium.op.Op;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;

/** Ways to make a host function wrong. */
final class Altered {
  private Altered() {}

  /** The operation as it should be. */
  static HostFunction right(Op op) {
    return op.host().orElseThrow();
  }

  /** Right, but for one input that is taken for another. */
  static HostFunction withInput(Op op, int input, UnaryOperator<DoubleArray> taken) {
    return (in, out) -> {
      List<DoubleArray> changed = new ArrayList<>(in);
      changed.set(input, taken.apply(in.get(input)));
      right(op).apply(changed, out);
    };
  }

  /** Right, and then altered. */
  static HostFunction then(Op op, HostFunction afterwards) {
    return (in, out) -> {
      right(op).apply(in, out);
      afterwards.apply(in, out);
    };
  }

  /** Right, except for the elements of the first output that are left as they were. */
  static HostFunction leaving(Op op, Forgotten forgotten) {
    return (in, out) -> {
      double[] y = out.get(0).values();
      double[] before = y.clone();
      right(op).apply(in, out);
      for (int i = 0; i < y.length; i++) {
        y[i] = forgotten.element(out.get(0).shape(), i) ? before[i] : y[i];
      }
    };
  }

  /** Which elements a kernel forgets. */
  @FunctionalInterface
  interface Forgotten {
    boolean element(Shape shape, int index);
  }

  /** Another number in place of each. */
  static DoubleArray map(DoubleArray x, DoubleUnaryOperator f) {
    double[] values = x.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = f.applyAsDouble(values[i]);
    }
    return new DoubleArray(x.shape(), values);
  }

  /** Another element in place of each. */
  static DoubleArray permuted(DoubleArray x, IntUnaryOperator from) {
    double[] values = new double[x.values().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = x.values()[from.applyAsInt(i)];
    }
    return new DoubleArray(x.shape(), values);
  }

  /** Zeros from some index of an axis on. */
  static DoubleArray cut(DoubleArray x, int axis, int from) {
    int inner = (int) x.shape().size(axis + 1, x.shape().rank());
    double[] values = x.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = i / inner % x.dim(axis) >= from ? 0 : values[i];
    }
    return new DoubleArray(x.shape(), values);
  }

  /** The same elements under another shape. */
  static DoubleArray reshaped(DoubleArray x, int... dimensions) {
    return new DoubleArray(Shape.of(dimensions), x.values());
  }

  /** Rounded to so many significant bits. */
  static double rounded(double x, int bits) {
    if (x == 0 || Double.isNaN(x) || Double.isInfinite(x)) {
      return x;
    }
    double unit = Math.scalb(1.0, Math.getExponent(x) - bits + 1);
    return Math.rint(x / unit) * unit;
  }

  /** Rounded to so many significant bits. */
  static DoubleArray rounded(DoubleArray x, int bits) {
    return map(x, v -> rounded(v, bits));
  }

  /** The channel of an element of [N, C] or [N, C, H, W]. */
  static int channel(Shape shape, int index) {
    return (int) (index / shape.size(2, shape.rank()) % shape.dim(1));
  }
}
