package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link MaxPoolingBackward} as one primitive that reads the forward workspace; where the cache is
 * not ours, the pooling runs again first.
 */
final class CpuMaxPoolingBackward {
  private CpuMaxPoolingBackward() {}

  static Kernel prepare(MaxPoolingBackward op, List<ValueType> inputs, CpuPlatform platform) {
    Shape x = OneDnnKernels.shape(inputs.get(1));
    try (Descriptors descriptors = new Descriptors(platform)) {
      PoolingDescriptors pooling =
          new PoolingDescriptors(descriptors, dnnl_pooling_max, op.window(), x);
      dnnl_primitive_desc forward = pooling.forward();
      dnnl_memory_desc workspace = descriptors.of(forward, DNNL_ARG_WORKSPACE);
      dnnl_primitive_desc backward = pooling.backward(forward);

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      if (new OneDnnLayout(workspace).equals(inputs.get(2))) {
        kernel
            .then("a max pooling's gradient", backward)
            .input(DNNL_ARG_DIFF_DST, 0)
            .input(DNNL_ARG_WORKSPACE, 2)
            .output(DNNL_ARG_DIFF_SRC, 0);
      } else {
        long y = kernel.region(descriptors.of(forward, DNNL_ARG_DST));
        long chosen = kernel.region(workspace);
        kernel
            .then("a max pooling", forward)
            .input(DNNL_ARG_SRC, 1)
            .scratch(DNNL_ARG_DST, y)
            .scratch(DNNL_ARG_WORKSPACE, chosen);
        kernel
            .then("a max pooling's gradient", backward)
            .input(DNNL_ARG_DIFF_DST, 0)
            .scratch(DNNL_ARG_WORKSPACE, chosen)
            .output(DNNL_ARG_DIFF_SRC, 0);
      }
      return kernel.build();
    }
  }
}
