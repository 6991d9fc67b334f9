package dev.cambium.gpu;

import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link ActivateGradient}. */
final class GpuActivateGradient {
  private GpuActivateGradient() {}

  static Prepared prepare(GpuPlatform gpu, ActivateGradient op, List<ValueType> inputs) {
    Activation function = op.function();
    if (function instanceof Activation.Identity) {
      return GpuElementwise.each(gpu, "activate_none", inputs);
    }
    if (function instanceof Activation.LeakyRelu leaky && leaky.slope() != 0) {
      return leaky(gpu, leaky, (TensorType) inputs.get(0));
    }
    String name =
        function instanceof Activation.Tanh
            ? "gradient_tanh"
            : function instanceof Activation.Sigmoid ? "gradient_sigmoid" : "gradient_relu";
    TensorType dy = (TensorType) inputs.get(0);
    long size = dy.shape().size();
    return gpu.kernel()
        .launch(
            gpu.program("elementwise", dy.dtype()),
            name,
            Grid.line(size, StridedLaunch.LOCAL),
            Argument.input(0),
            Argument.input(1),
            Argument.output(0),
            Argument.of(size))
        .build();
  }

  private static Prepared leaky(GpuPlatform gpu, Activation.LeakyRelu function, TensorType dy) {
    long size = dy.shape().size();
    return gpu.kernel()
        .launch(
            gpu.program("elementwise", dy.dtype()),
            "gradient_leaky",
            Grid.line(size, StridedLaunch.LOCAL),
            Argument.input(0),
            Argument.input(1),
            Argument.output(0),
            Argument.of(size),
            Argument.real(dy.dtype(), function.slope()))
        .build();
  }
}
