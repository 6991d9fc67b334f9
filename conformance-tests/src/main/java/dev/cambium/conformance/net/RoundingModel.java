package dev.cambium.conformance.net;

import static dev.cambium.conformance.net.RoundingOfSums.U;
import static dev.cambium.conformance.net.RoundingOfSums.square;

import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.Affine;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Broadcast;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Dropout;
import dev.cambium.op.Fill;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.op.Reduce;
import dev.cambium.op.Reshape;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.op.UnaryMath;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.DoubleArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How FLOAT32 rounds each operation that a training step is made of, operations without a fused
 * activation: the standard deviation of the error of each element, derived from the values of one
 * exact evaluation by counting the roundings of the operation's formula.
 */
final class RoundingModel {
  /** Derives the errors of one class of operations. */
  @FunctionalInterface
  private interface Derivation<O extends Op> {
    Rounding derive(O op, List<DoubleArray> inputs, List<DoubleArray> outputs);
  }

  private static final Map<Class<? extends Op>, Derivation<?>> DERIVATIONS = new LinkedHashMap<>();

  static {
    put(Reshape.class, (op, in, out) -> Rounding.none(op));
    put(Fill.class, (op, in, out) -> Rounding.none(op));
    put(Broadcast.class, (op, in, out) -> Rounding.none(op));
    put(MaxPooling.class, (op, in, out) -> Rounding.none(op));
    put(Activate.class, RoundingOfActivations::forward);
    put(ActivateGradient.class, RoundingOfActivations::backward);
    put(Softmax.class, RoundingOfActivations::softmax);
    put(SoftmaxBackward.class, RoundingOfActivations::softmaxBackward);
    put(LogSoftmax.class, RoundingOfActivations::logSoftmax);
    put(LogSoftmaxBackward.class, RoundingOfActivations::logSoftmaxBackward);
    put(Dropout.class, (op, in, out) -> relative(op, 1, out));
    put(BinaryMath.class, (op, in, out) -> relative(op, 1, out));
    put(UnaryMath.class, RoundingOfActivations::function);
    put(Reduce.class, RoundingModel::reduce);
    put(Affine.class, RoundingModel::affine);
    put(Linear.class, RoundingModel::linear);
    put(LinearBackwardData.class, (op, in, out) -> products(op, in.get(1).dim(0), in, out));
    put(LinearBackwardWeights.class, (op, in, out) -> products(op, in.get(0).dim(0), in, out));
    put(Convolution.class, RoundingModel::convolution);
    put(ConvolutionBackwardData.class, RoundingModel::convolutionBackwardData);
    put(ConvolutionBackwardWeights.class, RoundingModel::convolutionBackwardWeights);
    put(AveragePooling.class, RoundingModel::averagePooling);
    put(AveragePoolingBackward.class, (op, in, out) -> overlapping(op, op.window(), in, out));
    put(MaxPoolingBackward.class, RoundingModel::maxPoolingBackward);
    put(BatchNormTraining.class, RoundingModel::batchNorm);
    put(BatchNormBackward.class, RoundingModel::batchNormBackward);
    put(BatchNormInference.class, RoundingModel::batchNormInference);
    put(RunningStatistics.class, RoundingModel::runningStatistics);
    put(CrossEntropy.class, RoundingOfCrossEntropy::derive);
    put(SgdUpdate.class, RoundingOfUpdates::sgd);
    put(AdamUpdate.class, RoundingOfUpdates::adam);
    put(AdagradUpdate.class, RoundingOfUpdates::adagrad);
    put(RmsPropUpdate.class, RoundingOfUpdates::rmsProp);
  }

  private RoundingModel() {}

  private static <O extends Op> void put(Class<O> type, Derivation<O> derivation) {
    DERIVATIONS.put(type, derivation);
  }

  /**
   * The errors of {@code op} around the given values.
   *
   * @throws IllegalArgumentException when nothing is known about the operation
   */
  static Rounding of(Op op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    Derivation<?> derivation = DERIVATIONS.get(op.getClass());
    if (derivation == null) {
      throw unknown(op);
    }
    return derive(op.getClass(), derivation, op, inputs, outputs);
  }

  @SuppressWarnings("unchecked")
  private static <O extends Op> Rounding derive(
      Class<O> type,
      Derivation<?> derivation,
      Op op,
      List<DoubleArray> inputs,
      List<DoubleArray> outputs) {
    return ((Derivation<O>) derivation).derive(type.cast(op), inputs, outputs);
  }

  static IllegalArgumentException unknown(Op op) {
    return new IllegalArgumentException(
        "op must be one whose rounding is known, got " + op + "; add it to RoundingModel");
  }

  private static void requirePlain(Op op, Activation activation) {
    if (!activation.equals(Activation.NONE)) {
      throw unknown(op);
    }
  }

  /** {@code roundings} independent roundings of the size of the result. */
  private static Rounding relative(Op op, double roundings, List<DoubleArray> outputs) {
    List<double[]> deviations = new ArrayList<>();
    for (DoubleArray output : outputs) {
      double[] deviation = new double[output.values().length];
      for (int i = 0; i < deviation.length; i++) {
        deviation[i] = U * Math.sqrt(roundings) * Math.abs(output.values()[i]);
      }
      deviations.add(deviation);
    }
    return Rounding.independent(op, deviations);
  }

  private static Rounding products(
      Op op, double terms, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    return Rounding.independent(op, RoundingOfSums.products(op, terms, inputs, outputs));
  }

  /** Integers count exactly; else a product and a sum. */
  private static Rounding affine(Affine op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    boolean counts = op.scale() == 1 && op.shift() == Math.rint(op.shift());
    return counts ? Rounding.none(op) : relative(op, 2, outputs);
  }

  /** A sum, and the division of a mean; a maximum selects. */
  private static Rounding reduce(Reduce op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    if (op.function() == Reduce.Function.MAXIMUM) {
      return Rounding.none(op);
    }
    double terms =
        op.axes().stream().mapToDouble(axis -> inputs.get(0).dim(axis)).reduce(1, (a, b) -> a * b);
    return Rounding.independent(
        op, RoundingOfSums.weighted(op.host().orElseThrow(), terms + 1, inputs.get(0), outputs));
  }

  private static Rounding linear(Linear op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    requirePlain(op, op.activation());
    return products(op, inputs.get(1).dim(1) + (op.bias() ? 1 : 0), inputs, outputs);
  }

  private static Rounding convolution(
      Convolution op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    requirePlain(op, op.activation());
    long filter = inputs.get(1).shape().size(1, 4);
    return products(op, filter + (op.bias() ? 1 : 0), inputs, outputs);
  }

  private static Rounding convolutionBackwardData(
      ConvolutionBackwardData op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    long taps = inputs.get(1).shape().size(2, 4);
    double filters = (double) inputs.get(1).dim(0) / op.geometry().groups();
    return products(op, filters * taps, inputs, outputs);
  }

  private static Rounding convolutionBackwardWeights(
      ConvolutionBackwardWeights op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    double positions = (double) inputs.get(1).shape().size() / inputs.get(1).dim(1);
    return products(op, positions, inputs, outputs);
  }

  private static Rounding averagePooling(
      AveragePooling op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    int pixels = op.window().kernel().height() * op.window().kernel().width();
    return Rounding.independent(
        op, RoundingOfSums.weighted(op.host().orElseThrow(), pixels + 1, inputs.get(0), outputs));
  }

  private static Rounding overlapping(
      AveragePoolingBackward op,
      Window2d window,
      List<DoubleArray> inputs,
      List<DoubleArray> outputs) {
    return Rounding.independent(
        op,
        RoundingOfSums.weighted(
            op.host().orElseThrow(), overlap(window) + 1, inputs.get(0), outputs));
  }

  /** How many windows cover a pixel at most. */
  private static int overlap(Window2d window) {
    return overlap(window.kernel().height(), window.stride().height())
        * overlap(window.kernel().width(), window.stride().width());
  }

  private static int overlap(int kernel, int stride) {
    return (kernel + stride - 1) / stride;
  }

  private static Rounding maxPoolingBackward(
      MaxPoolingBackward op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    int windows = overlap(op.window());
    if (windows == 1) {
      return Rounding.none(op);
    }
    return Rounding.independent(
        op,
        RoundingOfSums.weighted(
            (dy, dx) -> op.host().orElseThrow().apply(List.of(dy.get(0), inputs.get(1)), dx),
            windows,
            inputs.get(0),
            outputs));
  }

  private static Rounding batchNorm(
      BatchNormTraining op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    requirePlain(op, op.activation());
    return new RoundingOfBatchNorm(op, inputs, outputs);
  }

  private static Rounding batchNormBackward(
      BatchNormBackward op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    requirePlain(op, op.activation());
    return new RoundingOfBatchNormBackward(op, inputs, outputs);
  }

  /**
   * Whether as (x - mean) scale + beta, as x scale + (beta - mean scale), or folded into the
   * convolution before: some six roundings of each of the terms.
   */
  private static Rounding batchNormInference(
      BatchNormInference op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    requirePlain(op, op.activation());
    ChannelValues channels = new ChannelValues(inputs.get(0).shape());
    double[] x = inputs.get(0).values();
    double[] deviations = new double[x.length];
    for (int c = 0; c < channels.channels(); c++) {
      double variance = inputs.get(4).values()[c];
      double scale = inputs.get(1).values()[c] / Math.sqrt(variance + op.epsilon());
      double beta = inputs.get(2).values()[c];
      double mean = inputs.get(3).values()[c];
      channels.forEach(
          c,
          i ->
              deviations[i] =
                  U
                      * Math.sqrt(
                          6 * square(scale * x[i]) + 6 * square(scale * mean) + 2 * square(beta)));
    }
    return Rounding.independent(op, List.of(deviations));
  }

  private static Rounding runningStatistics(
      RunningStatistics op, List<DoubleArray> inputs, List<DoubleArray> outputs) {
    List<double[]> deviations = new ArrayList<>();
    for (int o = 0; o < 2; o++) {
      double[] old = inputs.get(o).values();
      double[] next = outputs.get(o).values();
      double[] deviation = new double[next.length];
      for (int c = 0; c < next.length; c++) {
        double kept = (1 - op.momentum()) * old[c];
        deviation[c] =
            U * Math.sqrt(2 * square(kept) + 3 * square(next[c] - kept) + square(next[c]));
      }
      deviations.add(deviation);
    }
    return Rounding.independent(op, deviations);
  }
}
