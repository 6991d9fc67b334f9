package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.cut;
import static dev.cambium.conformance.mutant.Altered.map;
import static dev.cambium.conformance.mutant.Altered.permuted;
import static dev.cambium.conformance.mutant.Altered.right;
import static dev.cambium.conformance.mutant.Altered.withInput;

import dev.cambium.op.Activation;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.tensor.DoubleArray;
import java.util.List;
import java.util.function.UnaryOperator;

/** Mistakes in convolutions and their gradients. */
final class ConvolutionMutants {
  private static final String FORWARD = "Convolution/*integers*";
  private static final String DATA = "ConvolutionBackwardData/*integers*";
  private static final String WEIGHTS = "ConvolutionBackwardWeights/*integers*";

  private ConvolutionMutants() {}

  static List<Mutant> all() {
    return List.of(
        forward(
            "the padding of the bottom and the right at the top and the left", g -> mirrored(g)),
        forward("stride and dilation swapped", g -> swapped(g)),
        forward("the stride's height for its width", g -> turned(g)),
        Mutant.of(
            "every group reads the first one's channels",
            Convolution.class,
            op -> withInput(op, 0, x -> firstGroup(x, op.geometry().groups())),
            FORWARD),
        Mutant.of(
            "the filter flipped: a true convolution",
            Convolution.class,
            op -> withInput(op, 1, ConvolutionMutants::flipped),
            FORWARD),
        Mutant.of(
            "the bias added twice",
            Convolution.class,
            op -> op.bias() ? withInput(op, 2, b -> map(b, v -> 2 * v)) : right(op),
            FORWARD),
        Mutant.of(
            "ReLU before the bias", Convolution.class, ConvolutionMutants::earlyRelu, FORWARD),
        Mutant.of(
            "its ReLU drops NaN, and is stated to keep it",
            Convolution.class,
            ConvolutionMutants::droppingNan,
            "Convolution/*NaN*"),
        Mutant.of(
            "filters beyond a multiple of 8 forgotten",
            Convolution.class,
            op -> Altered.leaving(op, (y, i) -> Altered.channel(y, i) >= y.dim(1) / 8 * 8),
            FORWARD),
        Mutant.of(
            "dilation ignored in the gradient of the image",
            ConvolutionBackwardData.class,
            op -> right(new ConvolutionBackwardData(undilated(op.geometry()), op.image())),
            DATA),
        Mutant.of(
            "pixels that no filter reads left as they were",
            ConvolutionBackwardData.class,
            ConvolutionMutants::unread,
            DATA),
        Mutant.of(
            "adds to the gradient of the weights that was there",
            ConvolutionBackwardWeights.class,
            ConvolutionMutants::accumulating,
            WEIGHTS),
        Mutant.of(
            "the last image forgotten in the gradient of the weights",
            ConvolutionBackwardWeights.class,
            op -> withInput(op, 1, dy -> cut(dy, 0, dy.dim(0) - 1)),
            WEIGHTS),
        Mutant.of(
            "the gradient of the bias averaged over the batch",
            ConvolutionBackwardWeights.class,
            op ->
                Altered.then(
                    op,
                    (in, out) -> {
                      for (int o = 0; op.bias() && o < out.get(1).dim(0); o++) {
                        out.get(1).values()[o] /= in.get(0).dim(0);
                      }
                    }),
            WEIGHTS));
  }

  private static Mutant forward(String name, UnaryOperator<ConvolutionGeometry> geometry) {
    return Mutant.of(
        name,
        Convolution.class,
        op -> right(new Convolution(geometry.apply(op.geometry()), op.bias(), op.activation())),
        FORWARD);
  }

  private static ConvolutionGeometry mirrored(ConvolutionGeometry g) {
    Padding2d p = g.padding();
    Padding2d mirrored = new Padding2d(p.bottom(), p.top(), p.right(), p.left());
    return new ConvolutionGeometry(g.stride(), mirrored, g.dilation(), g.groups());
  }

  private static ConvolutionGeometry swapped(ConvolutionGeometry g) {
    return new ConvolutionGeometry(g.dilation(), g.padding(), g.stride(), g.groups());
  }

  private static ConvolutionGeometry turned(ConvolutionGeometry g) {
    Size2d turned = new Size2d(g.stride().width(), g.stride().height());
    return new ConvolutionGeometry(turned, g.padding(), g.dilation(), g.groups());
  }

  private static ConvolutionGeometry undilated(ConvolutionGeometry g) {
    return new ConvolutionGeometry(g.stride(), g.padding(), Size2d.ONE, g.groups());
  }

  private static DoubleArray firstGroup(DoubleArray x, int groups) {
    int plane = x.dim(2) * x.dim(3);
    int image = x.dim(1) * plane;
    int group = image / groups;
    return permuted(x, i -> i / image * image + i % image % group);
  }

  private static DoubleArray flipped(DoubleArray w) {
    int taps = w.dim(2) * w.dim(3);
    return permuted(w, i -> i / taps * taps + taps - 1 - i % taps);
  }

  private static HostFunction earlyRelu(Convolution op) {
    if (!op.bias() || op.activation().equals(Activation.NONE)) {
      return right(op);
    }
    Convolution unbiased = new Convolution(op.geometry(), false, op.activation());
    return (in, out) -> {
      right(unbiased).apply(in.subList(0, 2), out);
      DoubleArray y = out.get(0);
      for (int i = 0; i < y.values().length; i++) {
        y.values()[i] += in.get(2).values()[Altered.channel(y.shape(), i)];
      }
    };
  }

  private static HostFunction droppingNan(Convolution op) {
    return Altered.then(
        op,
        (in, out) -> {
          double[] y = out.get(0).values();
          for (int i = 0; op.activation().equals(Activation.RELU) && i < y.length; i++) {
            y[i] = Double.isNaN(y[i]) ? 0 : y[i];
          }
        });
  }

  private static HostFunction unread(ConvolutionBackwardData op) {
    return (in, out) -> {
      double[] dx = out.get(0).values();
      double[] before = dx.clone();
      List<DoubleArray> ones = in.stream().map(x -> map(x, v -> 1)).toList();
      right(op).apply(ones, out);
      double[] readers = dx.clone();
      right(op).apply(in, out);
      for (int i = 0; i < dx.length; i++) {
        dx[i] = readers[i] == 0 ? before[i] : dx[i];
      }
    };
  }

  private static HostFunction accumulating(ConvolutionBackwardWeights op) {
    return (in, out) -> {
      double[] dw = out.get(0).values();
      double[] before = dw.clone();
      right(op).apply(in, out);
      for (int i = 0; i < dw.length; i++) {
        dw[i] += before[i];
      }
    };
  }
}
