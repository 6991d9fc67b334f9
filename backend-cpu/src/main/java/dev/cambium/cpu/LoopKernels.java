package dev.cambium.cpu;

import dev.cambium.spi.KernelTable;

/** The operations that run as loops of our own. */
final class LoopKernels {
  private LoopKernels() {}

  /** Adds them to the table. */
  static void register(KernelTable table, CpuPlatform platform) {}
}
