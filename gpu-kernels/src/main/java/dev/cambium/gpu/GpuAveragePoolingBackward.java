package dev.cambium.gpu;

import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link AveragePoolingBackward}: each pixel gathers the shares of the windows that cover it. */
final class GpuAveragePoolingBackward {
  private GpuAveragePoolingBackward() {}

  static Prepared prepare(GpuPlatform gpu, AveragePoolingBackward op, List<ValueType> inputs) {
    TensorType dy = (TensorType) inputs.get(0);
    Shape dx =
        Shape.of(dy.shape().dim(0), dy.shape().dim(1), op.image().height(), op.image().width());
    PoolingGeometry geometry = PoolingGeometry.of(op.window(), dx);
    if (geometry.declined().isPresent()) {
      return geometry.declined().get();
    }
    GpuKernel.Builder kernel = gpu.kernel();
    geometry.launch(
        gpu,
        kernel,
        dy.dtype(),
        "average_pooling",
        "average_pooling_gradient",
        geometry.x(),
        List.of(Argument.input(0), Argument.output(0)),
        List.of(GpuAveragePooling.counted(geometry, op.countPadding())));
    return kernel.build();
  }
}
