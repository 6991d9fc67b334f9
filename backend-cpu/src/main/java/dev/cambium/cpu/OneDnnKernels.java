package dev.cambium.cpu;

import dev.cambium.spi.KernelTable;

/** The operations that oneDNN has primitives for. */
final class OneDnnKernels {
  private OneDnnKernels() {}

  /** Adds them to the table. */
  static void register(KernelTable table, CpuPlatform platform) {}
}
