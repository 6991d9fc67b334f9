package dev.cambium.gpu;

import dev.cambium.op.Affine;
import dev.cambium.spi.KernelTable;

/** The operations on each element by itself. */
final class GpuElementwise {
  private GpuElementwise() {}

  /** Adds them to the table. */
  static void register(KernelTable table, GpuPlatform platform) {
    table.put(Affine.class, (op, inputs) -> GpuAffine.prepare(platform, op, inputs));
  }
}
