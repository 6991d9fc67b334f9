package dev.cambium.gpu;

import dev.cambium.op.ActivateGradient;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;

/** {@link ActivateGradient}. */
final class GpuActivateGradient {
  private GpuActivateGradient() {}

  static Prepared prepare(GpuPlatform gpu, ActivateGradient op, List<ValueType> inputs) {
    GpuActivation activation = GpuActivation.of(op.function());
    return switch (activation.function()) {
      case NONE -> GpuElementwise.each(gpu, "activate_none", inputs);
      case RELU -> gradient(gpu, "gradient_relu", inputs);
      case LEAKY -> gradient(gpu, "gradient_leaky", inputs, activation.slope());
      case TANH -> gradient(gpu, "gradient_tanh", inputs);
      case SIGMOID -> gradient(gpu, "gradient_sigmoid", inputs);
    };
  }

  private static Prepared gradient(
      GpuPlatform gpu, String name, List<ValueType> inputs, double... numbers) {
    TensorType dy = (TensorType) inputs.get(0);
    long size = dy.shape().size();
    List<Argument> arguments = new ArrayList<>();
    arguments.add(Argument.input(0));
    arguments.add(Argument.input(1));
    arguments.add(Argument.output(0));
    arguments.add(Argument.of(size));
    for (double number : numbers) {
      arguments.add(Argument.real(dy.dtype(), number));
    }
    return gpu.kernel()
        .launch(
            gpu.program("elementwise", dy.dtype()),
            name,
            Grid.line(size, StridedLaunch.LOCAL),
            arguments.toArray(Argument[]::new))
        .build();
  }
}
