package dev.cambium.gpu;

import dev.cambium.op.UnaryMath;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.ValueType;
import java.util.List;
import java.util.Locale;

/** {@link UnaryMath}. */
final class GpuUnaryMath {
  private GpuUnaryMath() {}

  static Prepared prepare(GpuPlatform gpu, UnaryMath op, List<ValueType> inputs) {
    String name = "unary_" + op.function().name().toLowerCase(Locale.ROOT);
    return switch (op.function()) {
      case EXP, LOG -> GpuElementwise.eachCostly(gpu, name, inputs);
      default -> GpuElementwise.each(gpu, name, inputs);
    };
  }
}
