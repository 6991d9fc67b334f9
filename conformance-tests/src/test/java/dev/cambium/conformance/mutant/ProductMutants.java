package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.cut;
import static dev.cambium.conformance.mutant.Altered.permuted;
import static dev.cambium.conformance.mutant.Altered.right;
import static dev.cambium.conformance.mutant.Altered.rounded;
import static dev.cambium.conformance.mutant.Altered.withInput;

import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.op.Op;
import dev.cambium.tensor.DoubleArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Mistakes in products of matrices, and products of too few bits. */
final class ProductMutants {
  private static final int HALF = 11;
  private static final int BRAIN = 8;
  private static final Set<Class<? extends Op>> PRODUCTS =
      Set.of(
          Convolution.class,
          ConvolutionBackwardData.class,
          ConvolutionBackwardWeights.class,
          Linear.class,
          LinearBackwardData.class,
          LinearBackwardWeights.class,
          MatMul.class);

  private ProductMutants() {}

  static List<Mutant> all() {
    return List.of(
        Mutant.ofMany(
            "factors rounded to TF32",
            "all products",
            op -> PRODUCTS.contains(op.getClass()) ? coarse(op, HALF) : right(op),
            "Linear/*integers*",
            "MatMul/*integers*",
            "Convolution/*integers*"),
        Mutant.ofMany(
            "factors rounded to bfloat16",
            "all products",
            op -> PRODUCTS.contains(op.getClass()) ? coarse(op, BRAIN) : right(op),
            "LinearBackward*",
            "ConvolutionBackwardData/*integers*"),
        Mutant.of("sums kept in FLOAT16", Linear.class, ProductMutants::halfSums, "Linear/*"),
        Mutant.of(
            "products beyond a multiple of 4 forgotten",
            Linear.class,
            op -> withInput(op, 1, w -> cut(w, 1, w.dim(1) / 4 * 4)),
            "Linear/*integers*"),
        Mutant.of(
            "the last element of the output forgotten",
            Linear.class,
            op -> Altered.leaving(op, (y, i) -> i == y.size() - 1),
            "Linear/*integers*"),
        Mutant.of(
            "weights read by columns",
            Linear.class,
            op -> withInput(op, 1, w -> permuted(w, i -> i % w.dim(1) * w.dim(0) + i / w.dim(1))),
            "Linear/*integers*"),
        Mutant.of(
            "images flattened channels-last",
            Linear.class,
            op -> withInput(op, 0, ProductMutants::channelsLast),
            "Linear/*integers*"),
        Mutant.of(
            "the bias added twice",
            Linear.class,
            op -> op.bias() ? withInput(op, 2, b -> Altered.map(b, v -> 2 * v)) : right(op),
            "Linear/*integers*"),
        Mutant.of(
            "the activation forgotten",
            Linear.class,
            op -> right(new Linear(op.bias(), Activation.NONE)),
            "Linear/*integers*"),
        Mutant.of(
            "transposeA ignored", MatMul.class, ProductMutants::untransposed, "MatMul/*integers*"));
  }

  private static HostFunction coarse(Op op, int bits) {
    return (in, out) -> {
      List<DoubleArray> changed = new ArrayList<>(in);
      changed.set(0, rounded(in.get(0), bits));
      changed.set(1, rounded(in.get(1), bits));
      right(op).apply(changed, out);
    };
  }

  private static HostFunction halfSums(Linear op) {
    return (in, out) -> {
      double[] x = in.get(0).values();
      double[] w = in.get(1).values();
      int units = in.get(1).dim(0);
      int terms = in.get(1).dim(1);
      for (int i = 0; i < out.get(0).values().length; i++) {
        double sum = op.bias() ? in.get(2).values()[i % units] : 0;
        for (int k = 0; k < terms; k++) {
          sum = rounded(sum + x[i / units * terms + k] * w[i % units * terms + k], HALF);
        }
        out.get(0).values()[i] = op.activation().apply(sum);
      }
    };
  }

  private static DoubleArray channelsLast(DoubleArray x) {
    if (x.shape().rank() != 4) {
      return x;
    }
    int channels = x.dim(1);
    int pixels = x.dim(2) * x.dim(3);
    int image = channels * pixels;
    return permuted(x, i -> i / image * image + i % channels * pixels + i % image / channels);
  }

  private static HostFunction untransposed(MatMul op) {
    return (in, out) -> {
      DoubleArray a = in.get(0);
      DoubleArray taken = op.transposeA() ? Altered.reshaped(a, a.dim(1), a.dim(0)) : a;
      right(new MatMul(false, op.transposeB())).apply(List.of(taken, in.get(1)), out);
    };
  }
}
