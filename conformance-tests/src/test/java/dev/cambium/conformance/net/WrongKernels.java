package dev.cambium.conformance.net;

import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Dropout;
import dev.cambium.op.HostFunction;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Padding2d;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.DoubleArray;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Mistakes that authors of kernels make, one a row. */
final class WrongKernels {
  /**
   * A mistake.
   *
   * @param net a network that shows it
   * @param name what is wrong
   * @param mutation makes a backend wrong
   */
  record Wrong(String net, String name, MutantBackend.Mutation mutation) {}

  static final List<Wrong> ALL =
      List.of(
          wrong("lenet", "padding is shifted by a row", Convolution.class, WrongKernels::shifted),
          wrong(
              "convnet",
              "gradient's padding is shifted",
              ConvolutionBackwardData.class,
              op -> instead(new ConvolutionBackwardData(up(op.geometry()), op.image()))),
          wrong(
              "convnet",
              "weight gradient's padding is shifted",
              ConvolutionBackwardWeights.class,
              op -> instead(new ConvolutionBackwardWeights(up(op.geometry()), op.kernel(), false))),
          wrong("lenet", "last input channel is dropped", Convolution.class, op -> cut(op, 1, 1)),
          wrong("lenet", "last 4 products are dropped", Linear.class, op -> tail(op, 1, 4)),
          wrong("lenet", "last output is stale", Linear.class, op -> stale(op, 0)),
          wrong("convnet", "last pixel is stale", Convolution.class, op -> stale(op, 0)),
          wrong("resnet20", "last sample is dropped", LinearBackwardWeights.class, op -> row(op)),
          wrong("lenet", "products of 11 bits (TF32)", Linear.class, op -> rounded(op, 11)),
          wrong("convnet", "products of 11 bits (TF32)", Convolution.class, op -> rounded(op, 11)),
          wrong(
              "convnet", "products of 8 bits", ConvolutionBackwardData.class, op -> rounded(op, 8)),
          wrong("convnet", "variance is unbiased", BatchNormTraining.class, WrongKernels::unbiased),
          wrong(
              "convnet",
              "epsilon is 2e-5",
              BatchNormTraining.class,
              op -> instead(new BatchNormTraining(2e-5, op.activation()))),
          wrong(
              "convnet",
              "epsilon of the gradient is 0",
              BatchNormBackward.class,
              op -> instead(new BatchNormBackward(Double.MIN_NORMAL, op.activation()))),
          wrong(
              "resnet20", "statistics are constants", BatchNormBackward.class, op -> constant(op)),
          wrong(
              "convnet",
              "running variance stays biased",
              RunningStatistics.class,
              op -> instead(new RunningStatistics(op.momentum(), Long.MAX_VALUE))),
          wrong(
              "convnet",
              "momentum means the opposite",
              RunningStatistics.class,
              op -> instead(new RunningStatistics(1 - op.momentum(), op.count()))),
          wrong("lenet", "gradient of ReLU leaks", ActivateGradient.class, op -> leaking()),
          wrong("lenet", "smallest pixel is taken", MaxPooling.class, op -> negated(op, 0)),
          wrong(
              "convnet",
              "gradient goes to the smallest pixel",
              MaxPoolingBackward.class,
              op -> negatedSource(op)),
          wrong("resnet20", "mean counts one pixel more", AveragePooling.class, op -> diluted(op)),
          wrong("resnet20", "sum forgets its last element", BinaryMath.class, op -> stale(op, 0)),
          wrong(
              "lenet",
              "labels are smoothed a little",
              CrossEntropy.class,
              op -> instead(new CrossEntropy(false, false, 1e-4))),
          wrong(
              "convnet",
              "another stream of random numbers",
              Dropout.class,
              op -> instead(new Dropout(op.p(), op.stream() + 1))),
          wrong(
              "convnet",
              "drops a little less",
              Dropout.class,
              op -> instead(new Dropout(op.p() - 0.01, op.stream()))));

  private WrongKernels() {}

  private static <O extends Op> Wrong wrong(
      String net, String name, Class<O> type, Function<O, HostFunction> mutation) {
    return new Wrong(
        net,
        type.getSimpleName() + ", " + name,
        (index, op, right) -> type.isInstance(op) ? mutation.apply(type.cast(op)) : right);
  }

  private static HostFunction instead(Op op) {
    return op.host().orElseThrow();
  }

  private static ConvolutionGeometry up(ConvolutionGeometry geometry) {
    Padding2d p = geometry.padding();
    boolean padded = p.top() > 0;
    Padding2d shifted =
        padded ? new Padding2d(p.top() - 1, p.bottom() + 1, p.left(), p.right()) : p;
    return new ConvolutionGeometry(
        geometry.stride(), shifted, geometry.dilation(), geometry.groups());
  }

  private static HostFunction shifted(Convolution op) {
    return instead(new Convolution(up(op.geometry()), op.bias(), op.activation()));
  }

  /** The operation with one of its inputs replaced. */
  private static HostFunction withInput(
      Op op, int input, Function<DoubleArray, DoubleArray> replace) {
    return (in, out) -> {
      List<DoubleArray> changed = new ArrayList<>(in);
      changed.set(input, replace.apply(in.get(input)));
      op.host().orElseThrow().apply(changed, out);
    };
  }

  /** Without the last index of an axis of an input. */
  private static HostFunction cut(Op op, int input, int axis) {
    return withInput(
        op,
        input,
        x -> {
          double[] values = x.values().clone();
          int size = x.dim(axis);
          int inner = (int) x.shape().size(axis + 1, x.shape().rank());
          for (int i = 0; i < values.length; i++) {
            if (i / inner % size == size - 1) {
              values[i] = 0;
            }
          }
          return new DoubleArray(x.shape(), values);
        });
  }

  /** Without the last columns of a matrix. */
  private static HostFunction tail(Op op, int input, int columns) {
    return withInput(
        op,
        input,
        x -> {
          double[] values = x.values().clone();
          for (int i = 0; i < values.length; i++) {
            values[i] = i % x.dim(1) >= x.dim(1) - columns ? 0 : values[i];
          }
          return new DoubleArray(x.shape(), values);
        });
  }

  private static HostFunction row(Op op) {
    return cut(op, 1, 0);
  }

  private static HostFunction stale(Op op, double before) {
    return (in, out) -> {
      op.host().orElseThrow().apply(in, out);
      double[] y = out.get(0).values();
      y[y.length - 1] = before;
    };
  }

  /** Both factors rounded to so many significant bits. */
  private static HostFunction rounded(Op op, int bits) {
    return (in, out) -> {
      List<DoubleArray> changed = new ArrayList<>(in);
      changed.set(0, rounded(in.get(0), bits));
      changed.set(1, rounded(in.get(1), bits));
      op.host().orElseThrow().apply(changed, out);
    };
  }

  private static DoubleArray rounded(DoubleArray x, int bits) {
    double[] values = x.values().clone();
    for (int i = 0; i < values.length; i++) {
      double unit = Math.scalb(1.0, Math.getExponent(values[i]) - bits + 1);
      values[i] = values[i] == 0 ? 0 : Math.rint(values[i] / unit) * unit;
    }
    return new DoubleArray(x.shape(), values);
  }

  private static HostFunction unbiased(BatchNormTraining op) {
    return (in, out) -> {
      op.host().orElseThrow().apply(in, out);
      double count = (double) in.get(0).shape().size() / in.get(0).dim(1);
      double[] variance = out.get(2).values();
      for (int c = 0; c < variance.length; c++) {
        variance[c] *= count / (count - 1);
      }
    };
  }

  /** dx = gamma / sqrt(variance + epsilon) dz: what evaluation mode would need. */
  private static HostFunction constant(BatchNormBackward op) {
    return (in, out) -> {
      op.host().orElseThrow().apply(in, out);
      ChannelValues channels = new ChannelValues(in.get(1).shape());
      double[] dy = in.get(0).values();
      double[] y = in.get(2).values();
      for (int c = 0; c < channels.channels(); c++) {
        double scale = in.get(3).values()[c] / Math.sqrt(in.get(5).values()[c] + op.epsilon());
        boolean relu = !op.activation().equals(Activation.NONE);
        channels.forEach(c, i -> out.get(0).values()[i] = relu && y[i] <= 0 ? 0 : scale * dy[i]);
      }
    };
  }

  private static HostFunction leaking() {
    return (in, out) ->
        System.arraycopy(in.get(0).values(), 0, out.get(0).values(), 0, in.get(0).values().length);
  }

  private static DoubleArray negative(DoubleArray x) {
    double[] values = x.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = -values[i];
    }
    return new DoubleArray(x.shape(), values);
  }

  private static HostFunction negated(Op op, int input) {
    HostFunction smallest = withInput(op, input, WrongKernels::negative);
    return (in, out) -> {
      smallest.apply(in, out);
      double[] y = out.get(0).values();
      for (int i = 0; i < y.length; i++) {
        y[i] = -y[i];
      }
    };
  }

  private static HostFunction negatedSource(MaxPoolingBackward op) {
    return withInput(op, 1, WrongKernels::negative);
  }

  private static HostFunction diluted(AveragePooling op) {
    Window2d window = op.window();
    double pixels = window.kernel().height() * window.kernel().width();
    return (in, out) -> {
      op.host().orElseThrow().apply(in, out);
      double[] y = out.get(0).values();
      for (int i = 0; i < y.length; i++) {
        y[i] *= pixels / (pixels + 1);
      }
    };
  }
}
