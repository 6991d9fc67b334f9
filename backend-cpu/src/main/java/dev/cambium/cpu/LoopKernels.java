package dev.cambium.cpu;

import static java.util.stream.Collectors.joining;

import dev.cambium.op.AdagradUpdate;
import dev.cambium.op.AdamUpdate;
import dev.cambium.op.Affine;
import dev.cambium.op.ArgMax;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Broadcast;
import dev.cambium.op.Cast;
import dev.cambium.op.ConfusionUpdate;
import dev.cambium.op.CrossEntropy;
import dev.cambium.op.Dropout;
import dev.cambium.op.Fill;
import dev.cambium.op.LogSoftmax;
import dev.cambium.op.LogSoftmaxBackward;
import dev.cambium.op.NonFiniteCount;
import dev.cambium.op.Op;
import dev.cambium.op.Reduce;
import dev.cambium.op.RmsPropUpdate;
import dev.cambium.op.RunningStatistics;
import dev.cambium.op.SgdUpdate;
import dev.cambium.op.Softmax;
import dev.cambium.op.SoftmaxBackward;
import dev.cambium.op.SumOfSquares;
import dev.cambium.op.TopKCorrect;
import dev.cambium.op.Transpose;
import dev.cambium.op.UnaryMath;
import dev.cambium.spi.Declined;
import dev.cambium.spi.KernelFactory;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** The operations that run as loops of our own. */
final class LoopKernels {
  private final KernelTable table;
  private final CpuPlatform platform;

  private LoopKernels(KernelTable table, CpuPlatform platform) {
    this.table = table;
    this.platform = platform;
  }

  /** Adds them to the table. */
  static void register(KernelTable table, CpuPlatform platform) {
    LoopKernels kernels = new LoopKernels(table, platform);
    kernels.elementwise();
    kernels.shapes();
    kernels.scores();
    kernels.updates();
  }

  private void elementwise() {
    float32(UnaryMath.class, (op, in) -> new CpuUnaryMath(platform, op, in));
    table.put(BinaryMath.class, this::binaryMath);
    table.put(Affine.class, this::affine);
    table.put(Cast.class, (op, in) -> new CpuCast(platform, op, in));
    table.put(Fill.class, (op, in) -> new CpuFill(platform, op));
    float32(Dropout.class, (op, in) -> new CpuDropout(platform, op, in));
  }

  private void shapes() {
    table.put(Broadcast.class, (op, in) -> new CpuBroadcast(platform, op, in));
    table.put(Transpose.class, (op, in) -> new CpuTranspose(platform, op, in));
    float32(Reduce.class, (op, in) -> new CpuReduce(platform, op, in));
    float32(SumOfSquares.class, (op, in) -> new CpuSumOfSquares(platform, in));
    float32(NonFiniteCount.class, (op, in) -> new CpuNonFiniteCount(platform, in));
    float32(RunningStatistics.class, (op, in) -> new CpuRunningStatistics(platform, op, in));
  }

  private void scores() {
    float32(Softmax.class, (op, in) -> new CpuSoftmax(platform, in));
    float32(SoftmaxBackward.class, (op, in) -> new CpuSoftmaxBackward(platform, in));
    float32(LogSoftmax.class, (op, in) -> new CpuLogSoftmax(platform, in));
    float32(LogSoftmaxBackward.class, (op, in) -> new CpuLogSoftmaxBackward(platform, in));
    float32(CrossEntropy.class, (op, in) -> new CpuCrossEntropy(platform, op, in));
    float32(ArgMax.class, (op, in) -> new CpuArgMax(platform, in));
    float32(TopKCorrect.class, (op, in) -> new CpuTopKCorrect(platform, op, in));
    float32(ConfusionUpdate.class, (op, in) -> new CpuConfusionUpdate(platform, in));
  }

  private void updates() {
    float32(SgdUpdate.class, (op, in) -> new CpuSgdUpdate(platform, op, in));
    float32(AdamUpdate.class, (op, in) -> new CpuAdamUpdate(platform, op, in));
    float32(AdagradUpdate.class, (op, in) -> new CpuAdagradUpdate(platform, op, in));
    float32(RmsPropUpdate.class, (op, in) -> new CpuRmsPropUpdate(platform, op, in));
  }

  private Prepared binaryMath(BinaryMath op, List<ValueType> inputs) {
    return switch (dtype(inputs.get(0))) {
      case FLOAT32 -> CpuBinaryMath.prepare(platform, op, inputs);
      case INT32, INT64 -> new CpuIntegerBinaryMath(platform, op, inputs);
      default -> declined(inputs);
    };
  }

  private Prepared affine(Affine op, List<ValueType> inputs) {
    return switch (dtype(inputs.get(0))) {
      case FLOAT32 -> new CpuAffine(platform, op, inputs);
      case INT32, INT64 -> new CpuIntegerAffine(platform, op, inputs);
      default -> declined(inputs);
    };
  }

  /** Adds a kernel for operations without FLOAT64 among their inputs. */
  private <O extends Op> void float32(Class<O> type, KernelFactory<O> factory) {
    table.put(
        type,
        (op, inputs) ->
            inputs.stream().anyMatch(input -> dtype(input) == DType.FLOAT64)
                ? declined(inputs)
                : factory.prepare(op, inputs));
  }

  private static DType dtype(ValueType type) {
    return ((TensorType) type).dtype();
  }

  private static Declined declined(List<ValueType> inputs) {
    String types =
        inputs.stream().map(LoopKernels::dtype).distinct().map(DType::name).collect(joining(", "));
    return new Declined("inputs of " + types + ": the cpu backend computes in FLOAT32");
  }
}
