package dev.cambium.gpu;

import dev.cambium.op.Reshape;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.View;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.List;

/**
 * {@link Reshape}: a second view of the same memory where the elements lie in the same order, else
 * from channels-last to row-major or back. Two images of different shapes meet in row-major order,
 * in the working memory.
 */
final class GpuReshape {
  private GpuReshape() {}

  static Prepared prepare(GpuPlatform gpu, Reshape op, List<ValueType> inputs) {
    TensorType x = (TensorType) inputs.get(0);
    Shape from = x.shape();
    Shape to = op.shape();
    boolean fromPermuted = ChannelsLast.isPermuted(from);
    boolean toPermuted = ChannelsLast.isPermuted(to);
    if (from.equals(to) || (!fromPermuted && !toPermuted)) {
      return new View(0);
    }
    GpuKernel.Builder kernel = gpu.kernel();
    Argument middle = Argument.scratch(0);
    if (fromPermuted) {
      Argument target = toPermuted ? middle : Argument.output(0);
      add(kernel, x.dtype(), new GpuMovement(gpu).toRowMajor(from), Argument.input(0), target);
    }
    if (toPermuted) {
      Argument source = fromPermuted ? middle : Argument.input(0);
      add(kernel, x.dtype(), new GpuMovement(gpu).toMemoryOrder(to), source, Argument.output(0));
    }
    return kernel.scratch(fromPermuted && toPermuted ? x.bytes() : 0).build();
  }

  private static void add(
      GpuKernel.Builder kernel, DType dtype, StridedLaunch copy, Argument from, Argument to) {
    kernel.launch(GpuMovement.program(dtype), copy.form(), copy.grid(), copy.after(from, to));
  }
}
