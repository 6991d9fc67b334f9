package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.map;
import static dev.cambium.conformance.mutant.Altered.right;
import static dev.cambium.conformance.mutant.Altered.withInput;

import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.op.ArgMax;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Cast;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.HostFunction;
import dev.cambium.op.NonFiniteCount;
import dev.cambium.op.Reduce;
import dev.cambium.op.TopKCorrect;
import dev.cambium.op.Transpose;
import dev.cambium.op.UnaryMath;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Mistakes in what is done to single elements, and in sums and counts of them. */
final class ElementMutants {
  private ElementMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "NaN becomes 0, and is stated to be kept",
            Activate.class,
            op ->
                op.function().equals(Activation.RELU)
                    ? withInput(op, 0, x -> map(x, v -> Double.isNaN(v) ? 0 : v))
                    : right(op),
            "Activate"),
        Mutant.of(
            "the gradient of ReLU at 0 is 1",
            ActivateGradient.class,
            ElementMutants::openAtZero,
            "ActivateGradient"),
        Mutant.of(
            "infinity becomes the largest number",
            UnaryMath.class,
            op ->
                Altered.then(
                    op,
                    (in, out) -> {
                      double[] y = out.get(0).values();
                      for (int i = 0; i < y.length; i++) {
                        y[i] = Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, y[i]));
                      }
                    }),
            "UnaryMath"),
        Mutant.of(
            "a vector stretched along the first axis in place of the last",
            BinaryMath.class,
            op -> withSecond(op),
            "BinaryMath"),
        Mutant.of(
            "integers computed in FLOAT32",
            BinaryMath.class,
            ElementMutants::inFloat,
            "BinaryMath"),
        Mutant.of(
            "the smaller one of NaN and a number is the number",
            BinaryMath.class,
            ElementMutants::ignoringNan,
            "BinaryMath"),
        Mutant.of(
            "to the nearest integer in place of towards 0",
            Cast.class,
            op -> op.to().isFloating() ? right(op) : withInput(op, 0, x -> map(x, Math::rint)),
            "Cast"),
        Mutant.of("the inverse permutation", Transpose.class, ElementMutants::inverse, "Transpose"),
        Mutant.of(
            "a maximum that begins at 0",
            Reduce.class,
            op ->
                op.function() == Reduce.Function.MAXIMUM
                    ? Altered.then(op, (in, out) -> atLeastZero(out.get(0).values()))
                    : right(op),
            "Reduce"),
        Mutant.of("ties go to the last class", ArgMax.class, op -> lastOfEquals(), "ArgMax"),
        Mutant.of(
            "counts a row whose label is no class",
            TopKCorrect.class,
            ElementMutants::countingAnyLabel,
            "TopKCorrect"),
        Mutant.of(
            "rows and columns swapped",
            ConfusionUpdate.class,
            ElementMutants::swapped,
            "ConfusionUpdate"),
        Mutant.of(
            "infinities not counted",
            NonFiniteCount.class,
            op -> withInput(op, 0, x -> map(x, v -> Double.isInfinite(v) ? 0 : v)),
            "NonFiniteCount"));
  }

  private static HostFunction openAtZero(ActivateGradient op) {
    if (!op.function().equals(Activation.RELU)) {
      return right(op);
    }
    return withInput(op, 1, y -> map(y, v -> v == 0 ? 1 : v));
  }

  /** The vector b[i] where b[j] belongs, in a square matrix and what contains one. */
  private static HostFunction withSecond(BinaryMath op) {
    return (in, out) -> {
      Shape a = in.get(0).shape();
      Shape b = in.get(1).shape();
      boolean possible = b.rank() == 1 && a.rank() > 1 && a.dim(0) == b.dim(0) && b.dim(0) > 1;
      DoubleArray taken = in.get(1);
      if (possible) {
        int[] column = new int[a.rank()];
        Arrays.fill(column, 1);
        column[0] = b.dim(0);
        taken = Altered.reshaped(taken, column);
      }
      right(op).apply(List.of(in.get(0), taken), out);
    };
  }

  private static HostFunction inFloat(BinaryMath op) {
    return (in, out) -> {
      List<DoubleArray> rounded = in.stream().map(x -> map(x, v -> (float) v)).toList();
      right(op).apply(rounded, out);
      double[] y = out.get(0).values();
      for (int i = 0; i < y.length; i++) {
        y[i] = (float) y[i];
      }
    };
  }

  private static HostFunction ignoringNan(BinaryMath op) {
    if (op.function() != BinaryMath.Function.MINIMUM) {
      return right(op);
    }
    return (in, out) -> {
      List<DoubleArray> numbers =
          in.stream()
              .map(x -> map(x, v -> Double.isNaN(v) ? Double.POSITIVE_INFINITY : v))
              .toList();
      right(op).apply(numbers, out);
    };
  }

  private static HostFunction inverse(Transpose op) {
    List<Integer> p = op.permutation();
    List<Integer> inverse = IntStream.range(0, p.size()).mapToObj(p::indexOf).toList();
    return (in, out) -> {
      int[] dimensions = inverse.stream().mapToInt(in.get(0)::dim).toArray();
      right(new Transpose(inverse)).apply(in, List.of(Altered.reshaped(out.get(0), dimensions)));
    };
  }

  private static void atLeastZero(double[] y) {
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.max(0, y[i]);
    }
  }

  private static HostFunction lastOfEquals() {
    return (in, out) -> {
      int classes = in.get(0).dim(1);
      double[] x = in.get(0).values();
      for (int n = 0; n < in.get(0).dim(0); n++) {
        int best = 0;
        for (int c = 1; c < classes; c++) {
          double challenger = x[n * classes + c];
          double champion = x[n * classes + best];
          boolean wins = challenger >= champion || Double.isNaN(champion);
          best = wins && !Double.isNaN(challenger) ? c : best;
        }
        out.get(0).values()[n] = best;
      }
    };
  }

  private static HostFunction countingAnyLabel(TopKCorrect op) {
    return Altered.then(
        op,
        (in, out) -> {
          for (double label : in.get(1).values()) {
            out.get(0).values()[0] += label < 0 || label >= in.get(0).dim(1) ? 1 : 0;
          }
        });
  }

  private static HostFunction swapped(ConfusionUpdate op) {
    return Altered.then(
        op,
        (in, out) -> {
          double[] before = in.get(0).values();
          double[] y = out.get(0).values();
          double[] after = y.clone();
          int classes = in.get(0).dim(0);
          for (int i = 0; i < y.length; i++) {
            int other = i % classes * classes + i / classes;
            y[i] = before[i] + after[other] - before[other];
          }
        });
  }
}
