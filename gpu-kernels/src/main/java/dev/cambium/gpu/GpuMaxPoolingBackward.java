package dev.cambium.gpu;

import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * {@link MaxPoolingBackward}: each pixel gathers the gradients of the windows that chose it. Where
 * the cache is not ours, the pixels are chosen again first, into working memory.
 */
final class GpuMaxPoolingBackward {
  private GpuMaxPoolingBackward() {}

  static Prepared prepare(GpuPlatform gpu, MaxPoolingBackward op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(1);
    PoolingGeometry geometry = PoolingGeometry.of(op.window(), x.shape());
    if (geometry.declined().isPresent()) {
      return geometry.declined().get();
    }
    ChosenPixels chosen = new ChosenPixels(op.window(), x.shape());
    GpuKernel.Builder kernel = gpu.kernel();
    Argument choice;
    if (chosen.equals(inputs.get(2))) {
      choice = Argument.input(2);
      kernel.ignores(1);
    } else {
      choice = Argument.scratch(0);
      kernel.scratch(chosen.bytes()).ignores(2);
      geometry.launch(
          gpu,
          kernel,
          x.dtype(),
          "max_pooling",
          "max_pooling",
          geometry.y(),
          List.of(Argument.input(1), Argument.output(0), choice),
          List.of(Argument.of(chosen.each()), Argument.of(0)));
    }
    geometry.launch(
        gpu,
        kernel,
        x.dtype(),
        "max_pooling",
        "max_pooling_gradient",
        geometry.x(),
        List.of(Argument.input(0), choice, Argument.output(0)),
        List.of(Argument.of(chosen.each())));
    return kernel.build();
  }
}
