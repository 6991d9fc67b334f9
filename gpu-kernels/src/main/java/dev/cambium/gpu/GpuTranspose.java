package dev.cambium.gpu;

import dev.cambium.op.Transpose;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link Transpose}. */
final class GpuTranspose {
  private GpuTranspose() {}

  static Prepared prepare(GpuPlatform gpu, Transpose op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    long[] strides = ChannelsLast.strides(x.shape());
    long[] permuted = op.permutation().stream().mapToLong(axis -> strides[axis]).toArray();
    Shape y = ((TensorType) op.infer(inputs).get(0)).shape();
    return new GpuMovement(gpu).prepare(x.dtype(), y, permuted);
  }
}
