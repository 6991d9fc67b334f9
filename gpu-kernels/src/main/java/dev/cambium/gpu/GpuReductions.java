package dev.cambium.gpu;

import dev.cambium.op.Reduce;
import dev.cambium.spi.KernelTable;

/** The operations that make few numbers of many. */
final class GpuReductions {
  private GpuReductions() {}

  /** Adds them to the table. */
  static void register(KernelTable table, GpuPlatform platform) {
    table.put(Reduce.class, (op, inputs) -> GpuReduce.prepare(platform, op, inputs));
  }
}
