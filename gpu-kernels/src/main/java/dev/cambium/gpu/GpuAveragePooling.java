package dev.cambium.gpu;

import dev.cambium.op.AveragePooling;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.ArrayList;
import java.util.List;

/** {@link AveragePooling}; on GPUs a group of work-items shares each window where these are few. */
final class GpuAveragePooling {
  private static final int LARGE = 32;
  private static final long ITEMS_OF_MULTIPROCESSOR = 2048;

  private GpuAveragePooling() {}

  static Prepared prepare(GpuPlatform gpu, AveragePooling op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    PoolingGeometry geometry = PoolingGeometry.of(op.window(), x.shape());
    if (geometry.declined().isPresent()) {
      return geometry.declined().get();
    }
    GpuKernel.Builder kernel = gpu.kernel();
    if (!gpu.isWide() && isShared(gpu, geometry)) {
      large(gpu, kernel, geometry, x.dtype(), counted(geometry, op.countPadding()));
    } else {
      geometry.launch(
          gpu,
          kernel,
          x.dtype(),
          "average_pooling",
          "average_pooling",
          geometry.y(),
          List.of(Argument.input(0), Argument.output(0)),
          List.of(counted(geometry, op.countPadding())));
    }
    return kernel.build();
  }

  /** Whether the windows are large, and too few to give each work-item one. */
  private static boolean isShared(GpuPlatform gpu, PoolingGeometry geometry) {
    return geometry.pixels() >= LARGE
        && geometry.y().size() < ITEMS_OF_MULTIPROCESSOR * gpu.device().computeUnits();
  }

  /** The divisor of all windows, or 0 where it is the number of pixels that each covers. */
  static Argument counted(PoolingGeometry geometry, boolean countPadding) {
    return Argument.of(countPadding ? (int) geometry.pixels() : 0);
  }

  private static void large(
      GpuPlatform gpu,
      GpuKernel.Builder kernel,
      PoolingGeometry geometry,
      DType dtype,
      Argument counted) {
    List<Argument> arguments = new ArrayList<>(List.of(Argument.input(0), Argument.output(0)));
    arguments.addAll(geometry.arguments());
    arguments.add(counted);
    long windows = geometry.y().dim(0) * geometry.y().size(2, 4);
    kernel.launch(
        gpu.program("average_pooling", dtype),
        "average_pooling_large",
        ChannelLanes.grid(geometry.y().dim(1), windows),
        arguments.toArray(Argument[]::new));
  }
}
