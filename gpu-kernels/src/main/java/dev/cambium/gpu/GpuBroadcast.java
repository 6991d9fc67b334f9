package dev.cambium.gpu;

import dev.cambium.op.Broadcast;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link Broadcast}. */
final class GpuBroadcast {
  private GpuBroadcast() {}

  static Prepared prepare(GpuPlatform gpu, Broadcast op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    long[] strides = ChannelsLast.stretched(x.shape(), op.shape());
    return new GpuMovement(gpu).prepare(x.dtype(), op.shape(), strides);
  }
}
