package dev.cambium.gpu;

import dev.cambium.op.Convolution;
import dev.cambium.op.ConvolutionBackwardData;
import dev.cambium.op.ConvolutionBackwardWeights;
import dev.cambium.op.ConvolutionGeometry;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * The sizes of a convolution or of one of its gradients: x [N, H, W, C], w [O, kH, kW, C/groups], y
 * [N, oH, oW, O], as they lie in memory.
 *
 * @param dtype FLOAT32 or FLOAT64
 * @param batch N
 * @param channels C, of all groups
 * @param height H
 * @param width W
 * @param filters O, of all groups
 * @param kernelHeight kH
 * @param kernelWidth kW
 * @param outputHeight oH
 * @param outputWidth oW
 * @param strideHeight rows of x from one row of y to the next
 * @param strideWidth columns of x from one column of y to the next
 * @param top rows of padding above x
 * @param left columns of padding before x
 * @param dilationHeight rows of x from one row of w to the next
 * @param dilationWidth columns of x from one column of w to the next
 * @param groups how many groups, which divide C and O
 */
public record ConvolutionProblem(
    DType dtype,
    int batch,
    int channels,
    int height,
    int width,
    int filters,
    int kernelHeight,
    int kernelWidth,
    int outputHeight,
    int outputWidth,
    int strideHeight,
    int strideWidth,
    int top,
    int left,
    int dilationHeight,
    int dilationWidth,
    int groups) {

  /** The sizes of the operation. */
  static ConvolutionProblem of(Convolution op, List<ValueType> inputs) {
    return of(op.geometry(), tensor(inputs, 0), tensor(inputs, 1).shape());
  }

  /** The sizes of the operation. */
  static ConvolutionProblem of(ConvolutionBackwardData op, List<ValueType> inputs) {
    TensorType dx = (TensorType) op.infer(inputs).get(0);
    return of(op.geometry(), dx, tensor(inputs, 1).shape());
  }

  /** The sizes of the operation. */
  static ConvolutionProblem of(ConvolutionBackwardWeights op, List<ValueType> inputs) {
    TensorType dw = (TensorType) op.infer(inputs).get(0);
    return of(op.geometry(), tensor(inputs, 0), dw.shape());
  }

  /** From shapes x [N, C, H, W] and w [O, C/groups, kH, kW]. */
  private static ConvolutionProblem of(ConvolutionGeometry geometry, TensorType x, Shape w) {
    Shape image = x.shape();
    return new ConvolutionProblem(
        x.dtype(),
        image.dim(0),
        image.dim(1),
        image.dim(2),
        image.dim(3),
        w.dim(0),
        w.dim(2),
        w.dim(3),
        geometry.outputHeight(image.dim(2), w.dim(2)),
        geometry.outputWidth(image.dim(3), w.dim(3)),
        geometry.stride().height(),
        geometry.stride().width(),
        geometry.padding().top(),
        geometry.padding().left(),
        geometry.dilation().height(),
        geometry.dilation().width(),
        geometry.groups());
  }

  private static TensorType tensor(List<ValueType> inputs, int index) {
    return (TensorType) inputs.get(index);
  }

  /** C/groups. */
  public int groupChannels() {
    return channels / groups;
  }

  /** O/groups. */
  int groupFilters() {
    return filters / groups;
  }

  /** kH kW. */
  public int taps() {
    return kernelHeight * kernelWidth;
  }

  /** N H W. */
  public long imagePixels() {
    return (long) batch * height * width;
  }

  /** N oH oW. */
  public long outputPixels() {
    return (long) batch * outputHeight * outputWidth;
  }

  /** Whether each channel is filtered by itself. */
  boolean isDepthwise() {
    return groups > 1 && groups == channels;
  }
}
