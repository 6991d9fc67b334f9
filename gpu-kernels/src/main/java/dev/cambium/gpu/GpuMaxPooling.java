package dev.cambium.gpu;

import dev.cambium.op.MaxPooling;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link MaxPooling}, whose cache are the {@link ChosenPixels}. */
final class GpuMaxPooling {
  private GpuMaxPooling() {}

  static Prepared prepare(GpuPlatform gpu, MaxPooling op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    PoolingGeometry geometry = PoolingGeometry.of(op.window(), x.shape());
    if (geometry.declined().isPresent()) {
      return geometry.declined().get();
    }
    ChosenPixels chosen = new ChosenPixels(op.window(), x.shape());
    GpuKernel.Builder kernel = gpu.kernel().cache(1, chosen);
    geometry.launch(
        gpu,
        kernel,
        x.dtype(),
        "max_pooling",
        "max_pooling",
        geometry.y(),
        List.of(Argument.input(0), Argument.output(0), Argument.output(1)),
        List.of(Argument.of(chosen.each()), Argument.of(1)));
    return kernel.build();
  }
}
