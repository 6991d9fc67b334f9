package dev.cambium.gpu;

import dev.cambium.op.RunningStatistics;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link RunningStatistics}. */
final class GpuRunningStatistics {
  private static final int LOCAL = 64;

  private GpuRunningStatistics() {}

  static Prepared prepare(GpuPlatform gpu, RunningStatistics op, List<ValueType> inputs) {
    TensorType running = (TensorType) inputs.get(0);
    DType dtype = running.dtype();
    int channels = running.shape().dim(0);
    double unbias = op.count() / (op.count() - 1.0);
    return gpu.kernel()
        .launch(
            gpu.program("running_statistics", dtype),
            "running_statistics",
            Grid.line(channels, LOCAL),
            Argument.input(0),
            Argument.input(1),
            Argument.input(2),
            Argument.input(3),
            Argument.output(0),
            Argument.output(1),
            Argument.of(channels),
            Argument.real(dtype, 1 - op.momentum()),
            Argument.real(dtype, op.momentum()),
            Argument.real(dtype, op.momentum() * unbias))
        .build();
  }
}
