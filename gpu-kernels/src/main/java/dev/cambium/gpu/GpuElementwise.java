package dev.cambium.gpu;

import dev.cambium.op.Activate;
import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Affine;
import dev.cambium.op.BinaryMath;
import dev.cambium.op.Broadcast;
import dev.cambium.op.Cast;
import dev.cambium.op.Dropout;
import dev.cambium.op.Fill;
import dev.cambium.op.Reshape;
import dev.cambium.op.Transpose;
import dev.cambium.op.UnaryMath;
import dev.cambium.spi.KernelTable;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** The operations on each element by itself, and those that move elements. */
final class GpuElementwise {
  private static final int WIDE_LOCAL = 16;

  private GpuElementwise() {}

  /** Adds them to the table. */
  static void register(KernelTable table, GpuPlatform gpu) {
    table
        .put(UnaryMath.class, (op, inputs) -> GpuUnaryMath.prepare(gpu, op, inputs))
        .put(BinaryMath.class, (op, inputs) -> GpuBinaryMath.prepare(gpu, op, inputs))
        .put(Affine.class, (op, inputs) -> GpuAffine.prepare(gpu, op, inputs))
        .put(Activate.class, (op, inputs) -> GpuActivate.prepare(gpu, op, inputs))
        .put(ActivateGradient.class, (op, inputs) -> GpuActivateGradient.prepare(gpu, op, inputs))
        .put(Cast.class, (op, inputs) -> GpuCast.prepare(gpu, op, inputs))
        .put(Fill.class, (op, inputs) -> GpuFill.prepare(gpu, op))
        .put(Dropout.class, (op, inputs) -> GpuDropout.prepare(gpu, op, inputs))
        .put(Broadcast.class, (op, inputs) -> GpuBroadcast.prepare(gpu, op, inputs))
        .put(Transpose.class, (op, inputs) -> GpuTranspose.prepare(gpu, op, inputs))
        .put(Reshape.class, (op, inputs) -> GpuReshape.prepare(gpu, op, inputs));
  }

  /** A kernel of {@code elementwise.cl} on one input. */
  static Prepared each(GpuPlatform gpu, String function, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    GpuKernel.Builder kernel = gpu.kernel();
    launch(
        kernel, gpu, function, x.dtype(), x.shape().size(), Argument.input(0), Argument.output(0));
    return kernel.build();
  }

  /** Adds the launch of a kernel of {@code elementwise.cl} from {@code x} to {@code y}. */
  static void launch(
      GpuKernel.Builder kernel,
      GpuPlatform gpu,
      String function,
      DType dtype,
      long size,
      Argument x,
      Argument y) {
    StridedLaunch all = StridedLaunch.plain(function, size);
    kernel.launch(gpu.program("elementwise", dtype), all.form(), all.grid(), all.after(x, y));
  }

  /**
   * A kernel on one input whose scalar form a processor's compiler leaves scalar: there, that of
   * {@code wide_elementwise.cl}.
   */
  static Prepared eachCostly(GpuPlatform gpu, String function, List<ValueType> inputs) {
    if (!gpu.isWide()) {
      return each(gpu, function, inputs);
    }
    TensorType x = (TensorType) inputs.get(0);
    int lanes = x.dtype() == DType.FLOAT64 ? 8 : 16;
    long size = x.shape().size();
    return gpu.kernel()
        .launch(
            gpu.program("wide_elementwise", x.dtype()),
            function,
            Grid.line(Grid.groups(size, lanes), WIDE_LOCAL),
            Argument.input(0),
            Argument.output(0),
            Argument.of(size))
        .build();
  }
}
