package dev.cambium.gpu;

import dev.cambium.spi.KernelTable;

/** Which operation has which kernel. */
final class GpuKernels {
  private GpuKernels() {}

  /** The table for one open backend. */
  static KernelTable table(GpuPlatform platform) {
    KernelTable table = new KernelTable();
    GpuElementwise.register(table, platform);
    GpuScores.register(table, platform);
    GpuReductions.register(table, platform);
    GpuPoolings.register(table, platform);
    GpuNormalisations.register(table, platform);
    GpuUpdates.register(table, platform);
    GpuContractions.register(table, platform);
    return table;
  }
}
