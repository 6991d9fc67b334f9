package dev.cambium.op;

import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The gradient of {@link Convolution} (without activation) with respect to its weights and bias:
 * dw[o, c, p, q] = sum over n, i, j of dy[n, o, i, j] x[n, g C/groups + c, i sH + p dH - top, j sW
 * + q dW - left]; db[o] = sum over n, i, j of dy[n, o, i, j].
 *
 * <p>Inputs: {@code x} [N, C, H, W]; {@code dy} [N, O, oH, oW]. Outputs: {@code dw} [O, C/groups,
 * kH, kW]; {@code db} [O] if {@code bias}. All are of one floating type; an empty batch gives
 * zeros. Whether an infinite or NaN element of dy that meets only padding counts in dw as 0 or as
 * NaN is left open.
 *
 * @param geometry stride, padding, dilation, groups of the forward operation
 * @param kernel kH and kW
 * @param bias whether db is an output
 */
public record ConvolutionBackwardWeights(ConvolutionGeometry geometry, Size2d kernel, boolean bias)
    implements Op {
  /** Checks that neither is null. */
  public ConvolutionBackwardWeights {
    Objects.requireNonNull(geometry, "geometry");
    Objects.requireNonNull(kernel, "kernel");
  }

  @Override
  public List<ValueType> infer(List<ValueType> inputs) {
    Operands operands = Operands.of(this, inputs, "x", "dy");
    TensorType x = operands.image(0);
    int groups = geometry.groups();
    int channels = x.shape().dim(1);
    operands.require(0, channels % groups == 0, "channels that " + groups + " groups divide");
    TensorType dy = operands.image(1, "[N, O, oH, oW]");
    int filters = dy.shape().dim(1);
    operands.require(1, filters % groups == 0, "output channels that " + groups + " groups divide");
    Shape y =
        Convolution.output(
            operands, 0, geometry, x.shape(), filters, kernel.height(), kernel.width());
    operands.exactly(1, x.withShape(y), "the output shape for x " + x + ", kernel " + kernel);
    TensorType dw =
        TensorType.of(x.dtype(), filters, channels / groups, kernel.height(), kernel.width());
    return bias ? List.of(dw, TensorType.of(x.dtype(), filters)) : List.of(dw);
  }

  @Override
  public Optional<List<Value>> lower(Emitter emitter, List<Value> inputs) {
    if (!bias) {
      return Optional.empty();
    }
    Value dw =
        emitter.emit(
            new ConvolutionBackwardWeights(geometry, kernel, false), inputs.get(0), inputs.get(1));
    Value db =
        emitter.emit(
            new Reduce(Reduce.Function.SUM, Channels.axes(inputs.get(1).shape()), false),
            inputs.get(1));
    return Optional.of(List.of(dw, db));
  }

  @Override
  public Optional<HostFunction> host() {
    return Optional.of(new HostConvolutionBackwardWeights(this));
  }
}
