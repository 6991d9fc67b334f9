package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.MaxPooling;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link MaxPooling} as one primitive, whose workspace is the cache: the position of the chosen
 * pixel in its window. NaN is never chosen; a window of nothing but NaN and negative infinity gives
 * the least finite number, where oneDNN's search begins.
 */
final class CpuMaxPooling {
  private CpuMaxPooling() {}

  static Kernel prepare(MaxPooling op, List<ValueType> inputs, CpuPlatform platform) {
    try (Descriptors descriptors = new Descriptors(platform)) {
      dnnl_primitive_desc forward =
          new PoolingDescriptors(
                  descriptors, dnnl_pooling_max, op.window(), OneDnnKernels.shape(inputs.get(0)))
              .forward();

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      kernel.cache(1, descriptors.of(forward, DNNL_ARG_WORKSPACE));
      kernel
          .then("a max pooling", forward)
          .input(DNNL_ARG_SRC, 0)
          .output(DNNL_ARG_DST, 0)
          .output(DNNL_ARG_WORKSPACE, 1);
      return kernel.build();
    }
  }
}
