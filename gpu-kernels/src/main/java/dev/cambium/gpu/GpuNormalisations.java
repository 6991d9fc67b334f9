package dev.cambium.gpu;

import dev.cambium.op.BatchNormBackward;
import dev.cambium.op.BatchNormInference;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.spi.KernelTable;

/** Batch normalisation. */
final class GpuNormalisations {
  private GpuNormalisations() {}

  /** Adds it to the table. */
  static void register(KernelTable table, GpuPlatform gpu) {
    table
        .put(BatchNormTraining.class, (op, in) -> VendorNormalisations.training(gpu, op, in))
        .put(BatchNormBackward.class, (op, in) -> VendorNormalisations.backward(gpu, op, in))
        .put(BatchNormInference.class, (op, in) -> GpuBatchNormInference.prepare(gpu, op, in));
  }
}
