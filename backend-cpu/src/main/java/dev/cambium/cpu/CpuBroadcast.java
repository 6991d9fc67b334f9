package dev.cambium.cpu;

import dev.cambium.op.Broadcast;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link Broadcast} of any element type. */
final class CpuBroadcast extends CpuStridedCopy {
  CpuBroadcast(CpuPlatform platform, Broadcast op, List<ValueType> inputs) {
    this(platform, op, (TensorType) inputs.get(0));
  }

  private CpuBroadcast(CpuPlatform platform, Broadcast op, TensorType x) {
    super(platform, x.withShape(op.shape()), StridedAxes.stretched(x.shape(), op.shape()));
  }
}
