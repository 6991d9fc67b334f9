package dev.cambium.nd4j;

import dev.cambium.op.Reshape;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.View;

/** Which operation has which kernel. */
final class Nd4jKernels {
  private Nd4jKernels() {}

  /** The table for one open backend. */
  static KernelTable table(Nd4jThread thread) {
    KernelTable table = new KernelTable();
    table.put(Reshape.class, (op, inputs) -> new View(0));
    return table;
  }
}
