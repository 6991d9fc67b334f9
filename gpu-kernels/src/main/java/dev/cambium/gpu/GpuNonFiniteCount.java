package dev.cambium.gpu;

import dev.cambium.op.NonFiniteCount;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link NonFiniteCount}. */
final class GpuNonFiniteCount {
  private GpuNonFiniteCount() {}

  static Prepared prepare(GpuPlatform gpu, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    GpuLanes lanes = GpuLanes.of(gpu);
    long size = x.shape().size();
    long most = lanes.elementsOfOneLaunch();
    long wanted = size <= most ? 1 : Math.min(lanes.enoughGroups(), 4 * size / most);
    long chunk = Math.max(1, (size + wanted - 1) / wanted);
    long groups = Math.max(1, (size + chunk - 1) / chunk);
    GpuProgram program = lanes.program(gpu, "counts", x.dtype());
    GpuKernel.Builder kernel =
        gpu.kernel()
            .launch(
                program,
                "non_finite",
                lanes.groups(groups),
                Argument.input(0),
                groups == 1 ? Argument.output(0) : Argument.scratch(0),
                Argument.of(size),
                Argument.of(chunk));
    return groups == 1 ? kernel.build() : sumOfCounts(gpu, kernel, x.dtype(), groups).build();
  }

  /** Adds the launch that sums so many counts in the working memory into output 0. */
  static GpuKernel.Builder sumOfCounts(
      GpuPlatform gpu, GpuKernel.Builder kernel, DType dtype, long counts) {
    GpuLanes lanes = GpuLanes.of(gpu);
    return kernel
        .launch(
            lanes.program(gpu, "counts", dtype),
            "sum_of_counts",
            lanes.groups(1),
            Argument.scratch(0),
            Argument.output(0),
            Argument.of((int) counts))
        .scratch(counts * DType.INT32.bytes());
  }
}
