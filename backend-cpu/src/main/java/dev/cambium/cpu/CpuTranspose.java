package dev.cambium.cpu;

import dev.cambium.op.Transpose;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link Transpose} of any element type. */
final class CpuTranspose extends CpuStridedCopy {
  CpuTranspose(CpuPlatform platform, Transpose op, List<ValueType> inputs) {
    this(platform, op, (TensorType) inputs.get(0));
  }

  private CpuTranspose(CpuPlatform platform, Transpose op, TensorType x) {
    super(platform, x.withShape(shape(op, x.shape())), axes(op, x.shape()));
  }

  private static Shape shape(Transpose op, Shape x) {
    return Shape.of(op.permutation().stream().map(x::dim).toList());
  }

  private static StridedAxes axes(Transpose op, Shape x) {
    long[] strides = ChannelsLast.strides(x);
    long[] permuted = op.permutation().stream().mapToLong(axis -> strides[axis]).toArray();
    return StridedAxes.inMemoryOrder(shape(op, x), permuted);
  }
}
