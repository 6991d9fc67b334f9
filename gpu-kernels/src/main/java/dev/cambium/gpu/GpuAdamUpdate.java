package dev.cambium.gpu;

import dev.cambium.op.AdamUpdate;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link AdamUpdate}. */
final class GpuAdamUpdate {
  private GpuAdamUpdate() {}

  static Prepared prepare(GpuPlatform gpu, AdamUpdate op, List<ValueType> inputs) {
    GpuParameterUpdate update = new GpuParameterUpdate(gpu, op, inputs);
    return update.kernel(
        UpdateRule.ADAM,
        List.of(
            update.real(op.beta1()),
            update.real(1 - op.beta1()),
            update.real(op.beta2()),
            update.real(1 - op.beta2()),
            update.real(op.epsilon())));
  }
}
