package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.right;

import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.HostFunction;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Mistakes in pooling and its gradients. */
final class PoolingMutants {
  private PoolingMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "padding counts as zeros that can be chosen",
            MaxPooling.class,
            PoolingMutants::zeroPadded,
            "MaxPooling"),
        Mutant.of(
            "NaN dropped, and stated to be kept",
            MaxPooling.class,
            PoolingMutants::droppingNan,
            "MaxPooling/*NaN*"),
        Mutant.of(
            "ties go to the last pixel",
            MaxPoolingBackward.class,
            op -> backward(op.window(), false, true),
            "MaxPoolingBackward"),
        Mutant.of(
            "overlapping windows overwrite each other",
            MaxPoolingBackward.class,
            op -> backward(op.window(), true, false),
            "MaxPoolingBackward"),
        Mutant.of(
            "the indices of its first run for ever",
            MaxPoolingBackward.class,
            PoolingMutants::stale,
            "MaxPoolingBackward"),
        Mutant.of(
            "padding counted where it should not be, and not where it should",
            AveragePooling.class,
            op -> right(new AveragePooling(op.window(), !op.countPadding())),
            "AveragePooling"),
        Mutant.of(
            "overlapping windows overwrite each other",
            AveragePoolingBackward.class,
            op -> averageBackward(op),
            "AveragePoolingBackward"));
  }

  /** One window: output {@code y}, and the first of its pixels, before the image where padded. */
  @FunctionalInterface
  private interface Visitor {
    void visit(int y, int plane, int top, int left);
  }

  private static void forEach(Window2d window, Shape y, Visitor visitor) {
    for (int i = 0; i < y.size(); i++) {
      int row = i / y.dim(3) % y.dim(2);
      int column = i % y.dim(3);
      visitor.visit(
          i,
          i / (y.dim(2) * y.dim(3)),
          row * window.stride().height() - window.padding().top(),
          column * window.stride().width() - window.padding().left());
    }
  }

  /** The pixel's index, or -1 in the padding. */
  private static int pixel(Shape x, int plane, int row, int column) {
    boolean inside = row >= 0 && row < x.dim(2) && column >= 0 && column < x.dim(3);
    return inside ? (plane * x.dim(2) + row) * x.dim(3) + column : -1;
  }

  private static HostFunction zeroPadded(MaxPooling op) {
    return Altered.then(
        op,
        (in, out) ->
            forEach(
                op.window(),
                out.get(0).shape(),
                (y, plane, top, left) -> {
                  Shape x = in.get(0).shape();
                  int bottom = top + op.window().kernel().height();
                  int right = left + op.window().kernel().width();
                  if (top < 0 || left < 0 || bottom > x.dim(2) || right > x.dim(3)) {
                    out.get(0).values()[y] = Math.max(0, out.get(0).values()[y]);
                  }
                }));
  }

  private static HostFunction droppingNan(MaxPooling op) {
    return Altered.withInput(
        op, 0, x -> Altered.map(x, v -> Double.isNaN(v) ? Double.NEGATIVE_INFINITY : v));
  }

  private static HostFunction backward(Window2d window, boolean overwrite, boolean last) {
    return (in, out) -> {
      double[] x = in.get(1).values();
      double[] dx = out.get(0).values();
      Arrays.fill(dx, 0);
      forEach(
          window,
          in.get(0).shape(),
          (y, plane, top, left) -> {
            int best = chosen(window, in.get(1).shape(), x, plane, top, left, last);
            double dy = in.get(0).values()[y];
            dx[best] = overwrite ? dy : dx[best] + dy;
          });
    };
  }

  private static int chosen(
      Window2d window, Shape shape, double[] x, int plane, int top, int left, boolean last) {
    int best = -1;
    for (int at : pixels(window, shape, plane, top, left)) {
      boolean better =
          at >= 0
              && (best < 0
                  || x[at] > x[best]
                  || (last && x[at] == x[best])
                  || (Double.isNaN(x[at]) && !Double.isNaN(x[best])));
      best = better ? at : best;
    }
    return best;
  }

  private static HostFunction stale(MaxPoolingBackward op) {
    DoubleArray[] first = new DoubleArray[1];
    return (in, out) -> {
      first[0] = first[0] == null ? in.get(1) : first[0];
      right(op).apply(List.of(in.get(0), first[0], in.get(2)), out);
    };
  }

  private static HostFunction averageBackward(AveragePoolingBackward op) {
    Window2d window = op.window();
    return (in, out) -> {
      double[] dx = out.get(0).values();
      Arrays.fill(dx, 0);
      forEach(
          window,
          in.get(0).shape(),
          (y, plane, top, left) -> {
            int[] pixels = pixels(window, out.get(0).shape(), plane, top, left);
            long inside = Arrays.stream(pixels).filter(pixel -> pixel >= 0).count();
            double share = in.get(0).values()[y] / (op.countPadding() ? pixels.length : inside);
            Arrays.stream(pixels).filter(pixel -> pixel >= 0).forEach(pixel -> dx[pixel] = share);
          });
    };
  }

  /** The window's pixels, row by row; -1 for those in the padding. */
  private static int[] pixels(Window2d window, Shape x, int plane, int top, int left) {
    int width = window.kernel().width();
    return IntStream.range(0, window.kernel().height() * width)
        .map(tap -> pixel(x, plane, top + tap / width, left + tap % width))
        .toArray();
  }
}
