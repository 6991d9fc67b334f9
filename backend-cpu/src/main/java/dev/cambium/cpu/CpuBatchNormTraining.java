package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormTraining;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link BatchNormTraining} as one primitive, ReLU included; its workspace, one bit per value for
 * the sign, is the cache.
 */
final class CpuBatchNormTraining {
  private CpuBatchNormTraining() {}

  static Kernel prepare(BatchNormTraining op, List<ValueType> inputs, CpuPlatform platform) {
    boolean relu = op.activation().equals(Activation.RELU);
    try (Descriptors descriptors = new Descriptors(platform)) {
      dnnl_primitive_desc forward =
          new BatchNormDescriptors(descriptors, OneDnnKernels.shape(inputs.get(0)), op.epsilon())
              .forward(true, BatchNormDescriptors.flags(relu));

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      if (relu) {
        kernel.cache(3, descriptors.of(forward, DNNL_ARG_WORKSPACE));
      }
      OneDnnKernel.PrimitiveBuilder run =
          kernel
              .then("a batch normalisation", forward)
              .input(DNNL_ARG_SRC, 0)
              .input(DNNL_ARG_SCALE, 1)
              .input(DNNL_ARG_SHIFT, 2)
              .output(DNNL_ARG_DST, 0)
              .output(DNNL_ARG_MEAN, 1)
              .output(DNNL_ARG_VARIANCE, 2);
      if (relu) {
        run.output(DNNL_ARG_WORKSPACE, 3);
      }
      return kernel.build();
    }
  }
}
