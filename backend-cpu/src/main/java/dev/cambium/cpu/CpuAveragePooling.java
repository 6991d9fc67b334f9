package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.AveragePooling;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** {@link AveragePooling} as one primitive. */
final class CpuAveragePooling {
  private CpuAveragePooling() {}

  static Kernel prepare(AveragePooling op, List<ValueType> inputs, CpuPlatform platform) {
    try (Descriptors descriptors = new Descriptors(platform)) {
      dnnl_primitive_desc forward =
          new PoolingDescriptors(
                  descriptors,
                  algorithm(op.countPadding()),
                  op.window(),
                  OneDnnKernels.shape(inputs.get(0)))
              .forward();

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      kernel.then("an average pooling", forward).input(DNNL_ARG_SRC, 0).output(DNNL_ARG_DST, 0);
      return kernel.build();
    }
  }

  static int algorithm(boolean countPadding) {
    return countPadding ? dnnl_pooling_avg_include_padding : dnnl_pooling_avg_exclude_padding;
  }
}
