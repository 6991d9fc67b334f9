package dev.cambium.gpu;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link AdagradUpdate}. */
final class GpuAdagradUpdate {
  private GpuAdagradUpdate() {}

  static Prepared prepare(GpuPlatform gpu, AdagradUpdate op, List<ValueType> inputs) {
    GpuParameterUpdate update = new GpuParameterUpdate(gpu, op, inputs);
    return update.kernel(UpdateRule.ADAGRAD, List.of(update.real(op.epsilon())));
  }
}
