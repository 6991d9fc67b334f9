package dev.cambium.gpu;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link Activate}; NaN stays NaN in each of them. */
final class GpuActivate {
  private GpuActivate() {}

  static Prepared prepare(GpuPlatform gpu, Activate op, List<ValueType> inputs) {
    if (op.function() instanceof Activation.Tanh) {
      return GpuElementwise.eachCostly(gpu, "activate_tanh", inputs);
    }
    if (op.function() instanceof Activation.Sigmoid) {
      return GpuElementwise.eachCostly(gpu, "activate_sigmoid", inputs);
    }
    if (op.function() instanceof Activation.LeakyRelu leaky && leaky.slope() != 0) {
      return leaky(gpu, leaky, (TensorType) inputs.get(0));
    }
    boolean identity = op.function() instanceof Activation.Identity;
    return GpuElementwise.each(gpu, identity ? "activate_none" : "activate_relu", inputs);
  }

  private static Prepared leaky(GpuPlatform gpu, Activation.LeakyRelu function, TensorType x) {
    long size = x.shape().size();
    return gpu.kernel()
        .launch(
            gpu.program("elementwise", x.dtype()),
            "activate_leaky",
            Grid.line(size, StridedLaunch.LOCAL),
            Argument.input(0),
            Argument.output(0),
            Argument.of(size),
            Argument.real(x.dtype(), function.slope()))
        .build();
  }
}
