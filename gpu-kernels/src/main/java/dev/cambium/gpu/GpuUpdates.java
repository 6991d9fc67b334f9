package dev.cambium.gpu;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.SgdUpdate;
import dev.cambium.spi.KernelTable;

/** The updates of optimisers. */
final class GpuUpdates {
  private GpuUpdates() {}

  /** Adds them to the table. */
  static void register(KernelTable table, GpuPlatform platform) {
    table
        .put(SgdUpdate.class, (op, inputs) -> GpuSgdUpdate.prepare(platform, op, inputs))
        .put(AdamUpdate.class, (op, inputs) -> GpuAdamUpdate.prepare(platform, op, inputs))
        .put(AdagradUpdate.class, (op, inputs) -> GpuAdagradUpdate.prepare(platform, op, inputs))
        .put(RmsPropUpdate.class, (op, inputs) -> GpuRmsPropUpdate.prepare(platform, op, inputs));
  }
}
