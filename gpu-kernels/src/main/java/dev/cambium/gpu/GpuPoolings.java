package dev.cambium.gpu;

import dev.cambium.op.AveragePooling;
import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.spi.KernelTable;

/** The poolings and their gradients. */
final class GpuPoolings {
  private GpuPoolings() {}

  /** Adds them to the table. */
  static void register(KernelTable table, GpuPlatform gpu) {
    table
        .put(MaxPooling.class, (op, in) -> GpuMaxPooling.prepare(gpu, op, in))
        .put(MaxPoolingBackward.class, (op, in) -> GpuMaxPoolingBackward.prepare(gpu, op, in))
        .put(AveragePooling.class, (op, in) -> VendorPoolings.forward(gpu, op, in))
        .put(AveragePoolingBackward.class, (op, in) -> VendorPoolings.backward(gpu, op, in));
  }
}
