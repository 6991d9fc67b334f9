package dev.cambium.gpu;

import dev.cambium.op.SgdUpdate;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link SgdUpdate}. */
final class GpuSgdUpdate {
  private GpuSgdUpdate() {}

  static Prepared prepare(GpuPlatform gpu, SgdUpdate op, List<ValueType> inputs) {
    GpuParameterUpdate update = new GpuParameterUpdate(gpu, op, inputs);
    if (op.momentum() == 0) {
      return update.kernel(UpdateRule.SGD, List.of());
    }
    return update.kernel(
        UpdateRule.MOMENTUM,
        List.of(update.real(op.momentum()), Argument.of(op.nesterov() ? 1 : 0)));
  }
}
