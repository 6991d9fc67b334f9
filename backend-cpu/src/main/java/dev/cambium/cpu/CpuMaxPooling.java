package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.MaxPooling;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link MaxPooling} as one primitive, whose workspace is the cache: the position of the chosen
 * pixel in its window. NaN is never chosen where there is a number; {@link LowestWindows} follow.
 */
final class CpuMaxPooling extends CpuKernel {
  private final OneDnnKernel forward;
  private final LowestWindows lowest;

  private CpuMaxPooling(CpuPlatform platform, OneDnnKernel forward, LowestWindows lowest) {
    super(platform);
    this.forward = forward;
    this.lowest = lowest;
  }

  static Kernel prepare(MaxPooling op, List<ValueType> inputs, CpuPlatform platform) {
    Shape x = OneDnnKernels.shape(inputs.get(0));
    try (Descriptors descriptors = new Descriptors(platform)) {
      dnnl_primitive_desc forward =
          new PoolingDescriptors(descriptors, dnnl_pooling_max, op.window(), x).forward();

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      kernel.cache(1, descriptors.of(forward, DNNL_ARG_WORKSPACE));
      kernel
          .then("a max pooling", forward)
          .input(DNNL_ARG_SRC, 0)
          .output(DNNL_ARG_DST, 0)
          .output(DNNL_ARG_WORKSPACE, 1);
      OneDnnLayout workspace = new OneDnnLayout(descriptors.of(forward, DNNL_ARG_WORKSPACE));
      return new CpuMaxPooling(
          platform, kernel.build(), new LowestWindows(platform, op.window(), x, workspace));
    }
  }

  @Override
  void execute(Buffer[] inputs, Buffer[] outputs, Buffer scratch) {
    forward.execute(inputs, outputs, scratch);
    CpuBuffer y = CpuBuffer.of(outputs[0]);
    lowest.correct(
        CpuBuffer.of(inputs[0]).floats(), y.floats(), y.ints(), CpuBuffer.of(outputs[1]).bytes());
  }

  @Override
  public long scratchBytes() {
    return forward.scratchBytes();
  }

  @Override
  public Opaque cache(int output) {
    return forward.cache(output);
  }

  @Override
  public void close() {
    forward.close();
  }
}
