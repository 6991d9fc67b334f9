package dev.cambium.gpu;

import dev.cambium.op.NonFiniteCount;
import dev.cambium.op.Reduce;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.SumOfSquares;
import dev.cambium.spi.KernelTable;

/** The operations that make few numbers of many. */
final class GpuReductions {
  private GpuReductions() {}

  /** Adds them to the table. */
  static void register(KernelTable table, GpuPlatform gpu) {
    table
        .put(Reduce.class, (op, inputs) -> GpuReduce.prepare(gpu, op, inputs))
        .put(SumOfSquares.class, (op, inputs) -> GpuSumOfSquares.prepare(gpu, inputs))
        .put(NonFiniteCount.class, (op, inputs) -> GpuNonFiniteCount.prepare(gpu, inputs))
        .put(
            RunningStatistics.class, (op, inputs) -> GpuRunningStatistics.prepare(gpu, op, inputs));
  }
}
