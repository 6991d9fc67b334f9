package dev.cambium.gpu;

import dev.cambium.op.RmsPropUpdate;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;

/** {@link RmsPropUpdate}. */
final class GpuRmsPropUpdate {
  private GpuRmsPropUpdate() {}

  static Prepared prepare(GpuPlatform gpu, RmsPropUpdate op, List<ValueType> inputs) {
    GpuParameterUpdate update = new GpuParameterUpdate(gpu, op, inputs);
    List<Argument> numbers =
        new ArrayList<>(
            List.of(
                update.real(op.alpha()), update.real(1 - op.alpha()), update.real(op.epsilon())));
    if (op.momentum() == 0) {
      return update.kernel(UpdateRule.RMSPROP, numbers);
    }
    numbers.add(update.real(op.momentum()));
    return update.kernel(UpdateRule.RMSPROP_MOMENTUM, numbers);
  }
}
