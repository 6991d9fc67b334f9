package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.map;
import static dev.cambium.conformance.mutant.Altered.right;
import static dev.cambium.conformance.mutant.Altered.withInput;

import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Dropout;
import dev.cambium.op.HostFunction;
import dev.cambium.op.LogSoftmax;
import dev.cambium.op.Softmax;
import dev.cambium.tensor.DoubleArray;
import java.util.List;

/** Mistakes in softmax, the loss and dropout. */
final class LossMutants {
  private LossMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.of(
            "the maximum not subtracted", Softmax.class, op -> LossMutants::overflowing, "Softmax"),
        Mutant.of(
            "the logarithm of a probability that may be 0",
            LogSoftmax.class,
            op ->
                (in, out) -> {
                  right(new Softmax()).apply(in, out);
                  double[] y = out.get(0).values();
                  for (int i = 0; i < y.length; i++) {
                    y[i] = Math.log((float) y[i]);
                  }
                },
            "LogSoftmax"),
        Mutant.of(
            "a label out of range taken for the nearest class",
            CrossEntropy.class,
            LossMutants::clamping,
            "CrossEntropy"),
        Mutant.of(
            "class weights forgotten in the denominator",
            CrossEntropy.class,
            LossMutants::dividingByRows,
            "CrossEntropy"),
        Mutant.of(
            "label smoothing forgotten",
            CrossEntropy.class,
            op -> right(new CrossEntropy(op.softTargets(), op.classWeights(), 0)),
            "CrossEntropy"),
        Mutant.of(
            "the gradient of the sum in place of the mean's",
            CrossEntropy.class,
            op ->
                Altered.then(
                    op,
                    (in, out) -> {
                      double[] gradient = out.get(1).values();
                      for (int i = 0; i < gradient.length; i++) {
                        gradient[i] *= in.get(0).dim(0);
                      }
                    }),
            "CrossEntropy"),
        Mutant.of(
            "what is kept scaled twice",
            Dropout.class,
            op ->
                Altered.then(
                    op,
                    (in, out) -> {
                      double[] y = out.get(0).values();
                      for (int i = 0; i < y.length; i++) {
                        y[i] *= op.scale();
                      }
                    }),
            "Dropout"),
        Mutant.of(
            "the mask of the step before",
            Dropout.class,
            op -> withInput(op, 1, LossMutants::stepBefore),
            "Dropout"),
        Mutant.of(
            "the mask of another layer",
            Dropout.class,
            op -> right(new Dropout(op.p(), op.stream() ^ 1)),
            "Dropout"),
        Mutant.of(
            "elements of images counted row-major", Dropout.class, LossMutants::flat, "Dropout"),
        Mutant.of(
            "multiplies by the mask, so that a dropped NaN stays",
            Dropout.class,
            LossMutants::multiplying,
            "Dropout"));
  }

  private static void overflowing(List<DoubleArray> in, List<DoubleArray> out) {
    DoubleArray x = in.get(0);
    double[] y = out.get(0).values();
    int stride = (int) x.shape().size(2, x.shape().rank());
    for (int i = 0; i < y.length; i++) {
      int first = i / stride / x.dim(1) * x.dim(1) * stride + i % stride;
      float sum = 0;
      for (int c = 0; c < x.dim(1); c++) {
        sum += (float) Math.exp(x.values()[first + c * stride]);
      }
      y[i] = (float) Math.exp(x.values()[i]) / sum;
    }
  }

  private static HostFunction clamping(CrossEntropy op) {
    if (op.softTargets()) {
      return right(op);
    }
    return (in, out) -> {
      int last = in.get(0).dim(1) - 1;
      withInput(op, 1, labels -> map(labels, v -> Math.min(last, Math.max(0, v)))).apply(in, out);
    };
  }

  private static HostFunction dividingByRows(CrossEntropy op) {
    if (op.softTargets() || !op.classWeights()) {
      return right(op);
    }
    return Altered.then(
        op,
        (in, out) -> {
          double denominator = 0;
          for (double label : in.get(1).values()) {
            boolean valid = label >= 0 && label < in.get(2).dim(0);
            denominator += valid ? in.get(2).values()[(int) label] : Double.NaN;
          }
          for (DoubleArray result : out) {
            for (int i = 0; i < result.values().length; i++) {
              result.values()[i] *= denominator / in.get(0).dim(0);
            }
          }
        });
  }

  private static DoubleArray stepBefore(DoubleArray rng) {
    double[] before = rng.values().clone();
    before[2]--;
    return new DoubleArray(rng.shape(), before);
  }

  private static HostFunction flat(Dropout op) {
    return (in, out) -> {
      int size = in.get(0).values().length;
      right(op)
          .apply(
              List.of(Altered.reshaped(in.get(0), size), in.get(1)),
              List.of(Altered.reshaped(out.get(0), size)));
    };
  }

  private static HostFunction multiplying(Dropout op) {
    return Altered.then(
        op,
        (in, out) -> {
          double[] y = out.get(0).values();
          for (int i = 0; i < y.length; i++) {
            y[i] = Double.isFinite(in.get(0).values()[i]) ? y[i] : Double.NaN;
          }
        });
  }
}
