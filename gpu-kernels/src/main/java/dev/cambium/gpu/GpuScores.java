package dev.cambium.gpu;

import dev.cambium.op.ArgMax;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.op.TopKCorrect;
import dev.cambium.spi.KernelTable;

/** The operations on scores of classes. */
final class GpuScores {
  private GpuScores() {}

  /** Adds them to the table. */
  static void register(KernelTable table, GpuPlatform gpu) {
    table
        .put(Softmax.class, (op, in) -> GpuSoftmax.prepare(gpu, false, in))
        .put(SoftmaxBackward.class, (op, in) -> GpuSoftmax.prepareBackward(gpu, false, in))
        .put(LogSoftmax.class, (op, in) -> GpuSoftmax.prepare(gpu, true, in))
        .put(LogSoftmaxBackward.class, (op, in) -> GpuSoftmax.prepareBackward(gpu, true, in))
        .put(CrossEntropy.class, (op, in) -> GpuCrossEntropy.prepare(gpu, op, in))
        .put(ArgMax.class, (op, in) -> GpuArgMax.prepare(gpu, in))
        .put(TopKCorrect.class, (op, in) -> GpuTopKCorrect.prepare(gpu, op, in))
        .put(ConfusionUpdate.class, (op, in) -> GpuConfusionUpdate.prepare(gpu, in));
  }
}
