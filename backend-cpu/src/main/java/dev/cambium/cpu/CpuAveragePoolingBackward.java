package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.AveragePoolingBackward;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.ValueType;
import java.util.List;

/** {@link AveragePoolingBackward} as one primitive. */
final class CpuAveragePoolingBackward {
  private CpuAveragePoolingBackward() {}

  static Kernel prepare(AveragePoolingBackward op, List<ValueType> inputs, CpuPlatform platform) {
    List<ValueType> outputs = op.infer(inputs);
    try (Descriptors descriptors = new Descriptors(platform)) {
      PoolingDescriptors pooling =
          new PoolingDescriptors(
              descriptors,
              CpuAveragePooling.algorithm(op.countPadding()),
              op.window(),
              OneDnnKernels.shape(outputs.get(0)));

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, outputs);
      kernel
          .then("an average pooling's gradient", pooling.backward(pooling.forward()))
          .input(DNNL_ARG_DIFF_DST, 0)
          .output(DNNL_ARG_DIFF_SRC, 0);
      return kernel.build();
    }
  }
}
