package dev.cambium.conformance.op;

import static dev.cambium.tensor.DType.FLOAT64;
import static dev.cambium.tensor.DType.INT32;
import static dev.cambium.tensor.TensorType.float32;

import dev.cambium.op.Activation;
import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.op.Linear;
import dev.cambium.op.LinearBackwardData;
import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.op.MatMul;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.op.Window2d;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;

/** What convolutions, linear layers, products of matrices and poolings do not take. */
final class LayerErrors {
  private static final ConvolutionGeometry PLAIN = ConvolutionGeometry.PLAIN;
  private static final ConvolutionGeometry TWO_GROUPS =
      new ConvolutionGeometry(Size2d.ONE, Padding2d.NONE, Size2d.ONE, 2);
  private static final ConvolutionGeometry WIDE_APART =
      new ConvolutionGeometry(Size2d.ONE, Padding2d.NONE, new Size2d(1, 3), 1);
  private static final ConvolutionGeometry STRIDE_2 =
      new ConvolutionGeometry(Size2d.square(2), Padding2d.same(1), Size2d.ONE, 1);

  private LayerErrors() {}

  /** Every row. */
  static List<InvalidInputs> rows() {
    return Stream.of(
            convolution(),
            convolutionBackwardData(),
            convolutionBackwardWeights(),
            linear(),
            linearGradients(),
            matMul(),
            maxPooling(),
            averagePooling())
        .flatMap(List::stream)
        .toList();
  }

  private static TensorType float64(int... dimensions) {
    return TensorType.of(FLOAT64, dimensions);
  }

  private static TensorType int32(int... dimensions) {
    return TensorType.of(INT32, dimensions);
  }

  private static List<InvalidInputs> convolution() {
    Convolution plain = new Convolution(PLAIN, false, Activation.NONE);
    Convolution biased = new Convolution(PLAIN, true, Activation.RELU);
    Convolution grouped = new Convolution(TWO_GROUPS, false, Activation.NONE);
    Convolution apart = new Convolution(WIDE_APART, false, Activation.NONE);
    TensorType x = float32(2, 4, 5, 6);
    TensorType w = float32(3, 4, 3, 2);
    return List.of(
        InvalidInputs.of(plain, "no filter", "w", x),
        InvalidInputs.of(plain, "an input too many", "x", x, w, float32(3)),
        InvalidInputs.of(biased, "no bias", "b", x, w),
        InvalidInputs.of(plain, "x of rank 2", "x", float32(2, 4), w),
        InvalidInputs.of(plain, "x of rank 3", "x", float32(4, 5, 6), w),
        InvalidInputs.of(plain, "x of INT32", "x", int32(2, 4, 5, 6), w),
        InvalidInputs.of(plain, "x that is a cache", "x", Opaque.NONE, w),
        InvalidInputs.of(plain, "x without channels", "x", float32(2, 0, 5, 6), w),
        InvalidInputs.of(plain, "x without rows", "x", float32(2, 4, 0, 6), w),
        InvalidInputs.of(plain, "w of rank 3", "w", x, float32(3, 4, 3)),
        InvalidInputs.of(plain, "w of FLOAT64", "w", x, float64(3, 4, 3, 2)),
        InvalidInputs.of(plain, "x of FLOAT64 alone", "w", float64(2, 4, 5, 6), w),
        InvalidInputs.of(plain, "w of other channels", "w", x, float32(3, 5, 3, 2)),
        InvalidInputs.of(plain, "w without taps", "w", x, float32(3, 4, 0, 2)),
        InvalidInputs.of(plain, "kernel too high", "w", x, float32(3, 4, 6, 2)),
        InvalidInputs.of(plain, "kernel too wide", "w", x, float32(3, 4, 3, 7)),
        InvalidInputs.of(apart, "dilated kernel too wide", "w", x, float32(3, 4, 3, 3)),
        InvalidInputs.of(biased, "bias of another size", "b", x, w, float32(4)),
        InvalidInputs.of(biased, "bias of rank 2", "b", x, w, float32(1, 3)),
        InvalidInputs.of(biased, "bias of FLOAT64", "b", x, w, float64(3)),
        InvalidInputs.of(
            grouped,
            "groups that divide no channels",
            "x",
            float32(2, 5, 5, 6),
            float32(4, 2, 3, 2)),
        InvalidInputs.of(grouped, "groups that divide no filters", "w", x, float32(3, 2, 3, 2)),
        InvalidInputs.of(
            grouped, "w with the channels of all groups", "w", x, float32(4, 4, 3, 2)));
  }

  private static List<InvalidInputs> convolutionBackwardData() {
    ConvolutionBackwardData plain = new ConvolutionBackwardData(PLAIN, new Size2d(5, 6));
    ConvolutionBackwardData grouped = new ConvolutionBackwardData(TWO_GROUPS, new Size2d(5, 6));
    ConvolutionBackwardData strided = new ConvolutionBackwardData(STRIDE_2, new Size2d(5, 6));
    TensorType dy = float32(2, 3, 3, 5);
    TensorType w = float32(3, 4, 3, 2);
    return List.of(
        InvalidInputs.of(plain, "no filter", "w", dy),
        InvalidInputs.of(plain, "dy of rank 3", "dy", float32(3, 3, 5), w),
        InvalidInputs.of(plain, "dy of INT32", "dy", int32(2, 3, 3, 5), w),
        InvalidInputs.of(plain, "w of FLOAT64", "w", dy, float64(3, 4, 3, 2)),
        InvalidInputs.of(plain, "w of other filters", "w", dy, float32(4, 4, 3, 2)),
        InvalidInputs.of(plain, "w of rank 2", "w", dy, float32(3, 4)),
        InvalidInputs.of(plain, "dy a row too high", "dy", float32(2, 3, 4, 5), w),
        InvalidInputs.of(plain, "dy a column too narrow", "dy", float32(2, 3, 3, 4), w),
        InvalidInputs.of(strided, "dy of stride 1", "dy", float32(2, 3, 5, 7), w),
        InvalidInputs.of(plain, "kernel too high", "w", dy, float32(3, 4, 6, 2)),
        InvalidInputs.of(grouped, "groups that divide no filters", "dy", dy, float32(3, 2, 3, 2)));
  }

  private static List<InvalidInputs> convolutionBackwardWeights() {
    Size2d kernel = new Size2d(3, 2);
    ConvolutionBackwardWeights plain = new ConvolutionBackwardWeights(PLAIN, kernel, true);
    ConvolutionBackwardWeights grouped = new ConvolutionBackwardWeights(TWO_GROUPS, kernel, true);
    ConvolutionBackwardWeights large =
        new ConvolutionBackwardWeights(PLAIN, new Size2d(3, 7), false);
    TensorType x = float32(2, 4, 5, 6);
    TensorType dy = float32(2, 3, 3, 5);
    return List.of(
        InvalidInputs.of(plain, "no dy", "dy", x),
        InvalidInputs.of(plain, "x of rank 2", "x", float32(2, 4), dy),
        InvalidInputs.of(plain, "x of INT32", "x", int32(2, 4, 5, 6), dy),
        InvalidInputs.of(plain, "dy of FLOAT64", "dy", x, float64(2, 3, 3, 5)),
        InvalidInputs.of(plain, "dy of another batch", "dy", x, float32(3, 3, 3, 5)),
        InvalidInputs.of(plain, "dy a row too high", "dy", x, float32(2, 3, 4, 5)),
        InvalidInputs.of(plain, "dy of rank 2", "dy", x, float32(2, 3)),
        InvalidInputs.of(large, "kernel too wide", "x", x, dy),
        InvalidInputs.of(
            grouped,
            "groups that divide no channels",
            "x",
            float32(2, 5, 5, 6),
            float32(2, 4, 3, 5)),
        InvalidInputs.of(grouped, "groups that divide no filters", "dy", x, dy));
  }

  private static List<InvalidInputs> linear() {
    Linear plain = new Linear(false, Activation.NONE);
    Linear biased = new Linear(true, new Activation.Tanh());
    TensorType w = float32(7, 12);
    return List.of(
        InvalidInputs.of(plain, "no weights", "w", float32(5, 12)),
        InvalidInputs.of(plain, "a bias too many", "x", float32(5, 12), w, float32(7)),
        InvalidInputs.of(biased, "no bias", "b", float32(5, 12), w),
        InvalidInputs.of(plain, "x of rank 1", "x", float32(12), w),
        InvalidInputs.of(plain, "x without features", "x", float32(5, 0), float32(7, 0)),
        InvalidInputs.of(plain, "x of INT32", "x", int32(5, 12), int32(7, 12)),
        InvalidInputs.of(plain, "w of FLOAT64", "w", float32(5, 12), float64(7, 12)),
        InvalidInputs.of(plain, "w transposed", "w", float32(5, 12), float32(12, 7)),
        InvalidInputs.of(plain, "w of rank 4", "w", float32(5, 3, 2, 2), float32(7, 3, 2, 2)),
        InvalidInputs.of(plain, "w of other features", "w", float32(5, 3, 2, 3), w),
        InvalidInputs.of(biased, "bias of another size", "b", float32(5, 12), w, float32(12)),
        InvalidInputs.of(biased, "bias of FLOAT64", "b", float32(5, 12), w, float64(7)),
        InvalidInputs.of(biased, "bias of rank 2", "b", float32(5, 12), w, float32(1, 7)));
  }

  private static List<InvalidInputs> linearGradients() {
    LinearBackwardData data = new LinearBackwardData(Shape.of(5, 3, 4));
    LinearBackwardWeights weights = new LinearBackwardWeights(true);
    TensorType dy = float32(5, 7);
    TensorType w = float32(7, 12);
    return List.of(
        InvalidInputs.of(data, "no weights", "w", dy),
        InvalidInputs.of(data, "dy of rank 3", "dy", float32(5, 7, 1), w),
        InvalidInputs.of(data, "dy of another batch", "dy", float32(4, 7), w),
        InvalidInputs.of(data, "dy of INT32", "dy", int32(5, 7), w),
        InvalidInputs.of(data, "w of other features", "w", dy, float32(7, 11)),
        InvalidInputs.of(data, "w of other outputs", "w", dy, float32(6, 12)),
        InvalidInputs.of(data, "w of FLOAT64", "w", dy, float64(7, 12)),
        InvalidInputs.of(weights, "no dy", "dy", float32(5, 12)),
        InvalidInputs.of(weights, "x of rank 1", "x", float32(5), dy),
        InvalidInputs.of(weights, "x of INT32", "x", int32(5, 12), dy),
        InvalidInputs.of(weights, "dy of another batch", "dy", float32(6, 12), dy),
        InvalidInputs.of(weights, "dy of FLOAT64", "dy", float32(5, 12), float64(5, 7)),
        InvalidInputs.of(weights, "dy of rank 1", "dy", float32(5, 12), float32(5)));
  }

  private static List<InvalidInputs> matMul() {
    MatMul plain = new MatMul(false, false);
    return List.of(
        InvalidInputs.of(plain, "one matrix", "b", float32(3, 4)),
        InvalidInputs.of(plain, "a of rank 3", "a", float32(1, 3, 4), float32(4, 5)),
        InvalidInputs.of(plain, "b a vector", "b", float32(3, 4), float32(4)),
        InvalidInputs.of(plain, "b of FLOAT64", "b", float32(3, 4), float64(4, 5)),
        InvalidInputs.of(plain, "a of INT32", "a", int32(3, 4), int32(4, 5)),
        InvalidInputs.of(plain, "other inner dimensions", "b", float32(3, 4), float32(5, 4)),
        InvalidInputs.of(
            new MatMul(true, false), "A transposed, other", "b", float32(3, 4), float32(4, 5)),
        InvalidInputs.of(
            new MatMul(false, true), "B transposed, other", "b", float32(3, 4), float32(4, 5)),
        InvalidInputs.of(
            new MatMul(true, true), "both transposed, other", "b", float32(3, 4), float32(4, 5)));
  }

  private static List<InvalidInputs> maxPooling() {
    MaxPooling forward = new MaxPooling(Window2d.of(3));
    MaxPoolingBackward backward = new MaxPoolingBackward(Window2d.of(3));
    TensorType x = float32(2, 4, 6, 9);
    TensorType dy = float32(2, 4, 2, 3);
    return List.of(
        InvalidInputs.of(forward, "x of rank 3", "x", float32(4, 6, 9)),
        InvalidInputs.of(forward, "x of INT32", "x", int32(2, 4, 6, 9)),
        InvalidInputs.of(forward, "x without channels", "x", float32(2, 0, 6, 9)),
        InvalidInputs.of(forward, "window too high", "x", float32(2, 4, 2, 9)),
        InvalidInputs.of(forward, "window too wide", "x", float32(2, 4, 6, 2)),
        InvalidInputs.of(forward, "two images", "x", x, x),
        InvalidInputs.of(backward, "no cache", "indices", dy, x),
        InvalidInputs.of(backward, "a tensor as cache", "indices", dy, x, dy),
        InvalidInputs.of(backward, "a cache as x", "x", dy, Opaque.NONE, Opaque.NONE),
        InvalidInputs.of(backward, "dy as x", "dy", x, x, Opaque.NONE),
        InvalidInputs.of(backward, "dy of FLOAT64", "dy", float64(2, 4, 2, 3), x, Opaque.NONE),
        InvalidInputs.of(backward, "x of rank 2", "x", dy, float32(2, 4), Opaque.NONE),
        InvalidInputs.of(backward, "window too wide", "x", dy, float32(2, 4, 6, 2), Opaque.NONE));
  }

  private static List<InvalidInputs> averagePooling() {
    AveragePooling forward = new AveragePooling(Window2d.of(3), true);
    AveragePoolingBackward backward =
        new AveragePoolingBackward(Window2d.of(3), false, new Size2d(6, 9));
    AveragePoolingBackward large =
        new AveragePoolingBackward(Window2d.of(3), false, new Size2d(2, 9));
    TensorType x = float32(2, 4, 6, 9);
    return List.of(
        InvalidInputs.of(forward, "x of rank 2", "x", float32(2, 4)),
        InvalidInputs.of(forward, "x of INT32", "x", int32(2, 4, 6, 9)),
        InvalidInputs.of(forward, "x without columns", "x", float32(2, 4, 6, 0)),
        InvalidInputs.of(forward, "window too high", "x", float32(2, 4, 2, 9)),
        InvalidInputs.of(forward, "window too wide", "x", float32(2, 4, 6, 2)),
        InvalidInputs.of(backward, "dy as x", "dy", x),
        InvalidInputs.of(backward, "dy of rank 3", "dy", float32(4, 2, 3)),
        InvalidInputs.of(backward, "dy of INT32", "dy", int32(2, 4, 2, 3)),
        InvalidInputs.of(backward, "dy a column too many", "dy", float32(2, 4, 2, 4)),
        InvalidInputs.of(large, "window too high", "dy", float32(2, 4, 1, 3)));
  }
}
