package dev.cambium.gpu;

import dev.cambium.op.Activate;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link Activate}; NaN stays NaN in each of them. */
final class GpuActivate {
  private GpuActivate() {}

  static Prepared prepare(GpuPlatform gpu, Activate op, List<ValueType> inputs) {
    GpuActivation activation = GpuActivation.of(op.function());
    return switch (activation.function()) {
      case NONE -> GpuElementwise.each(gpu, "activate_none", inputs);
      case RELU -> GpuElementwise.each(gpu, "activate_relu", inputs);
      case LEAKY -> leaky(gpu, activation.slope(), (TensorType) inputs.get(0));
      case TANH -> GpuElementwise.eachCostly(gpu, "activate_tanh", inputs);
      case SIGMOID -> GpuElementwise.eachCostly(gpu, "activate_sigmoid", inputs);
    };
  }

  private static Prepared leaky(GpuPlatform gpu, double slope, TensorType x) {
    long size = x.shape().size();
    return gpu.kernel()
        .launch(
            gpu.program("elementwise", x.dtype()),
            "activate_leaky",
            Grid.line(size, StridedLaunch.LOCAL),
            Argument.input(0),
            Argument.output(0),
            Argument.of(size),
            Argument.real(x.dtype(), slope))
        .build();
  }
}
