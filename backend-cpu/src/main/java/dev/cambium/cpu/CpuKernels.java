package dev.cambium.cpu;

import dev.cambium.spi.KernelTable;

/** Which operation has which kernel. */
final class CpuKernels {
  private CpuKernels() {}

  /** The table for one open backend. */
  static KernelTable table(CpuPlatform platform) {
    KernelTable table = new KernelTable();
    OneDnnKernels.register(table, platform);
    LoopKernels.register(table, platform);
    return table;
  }
}
