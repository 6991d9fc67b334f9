package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormInference;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link BatchNormInference} as one primitive, ReLU included; another activation runs after it, in
 * place.
 */
final class CpuBatchNormInference {
  private CpuBatchNormInference() {}

  static Kernel prepare(BatchNormInference op, List<ValueType> inputs, CpuPlatform platform) {
    boolean relu = op.activation().equals(Activation.RELU);
    Shape x = OneDnnKernels.shape(inputs.get(0));
    try (Descriptors descriptors = new Descriptors(platform)) {
      dnnl_primitive_desc forward =
          new BatchNormDescriptors(descriptors, x, op.epsilon())
              .forward(false, BatchNormDescriptors.flags(relu) | dnnl_use_global_stats);

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      kernel
          .then("a batch normalisation", forward)
          .input(DNNL_ARG_SRC, 0)
          .input(DNNL_ARG_SCALE, 1)
          .input(DNNL_ARG_SHIFT, 2)
          .input(DNNL_ARG_MEAN, 3)
          .input(DNNL_ARG_VARIANCE, 4)
          .output(DNNL_ARG_DST, 0);
      if (!relu && !op.activation().equals(Activation.NONE)) {
        kernel
            .then("an activation", CpuActivate.describe(descriptors, op.activation(), x.size()))
            .output(DNNL_ARG_SRC, 0)
            .output(DNNL_ARG_DST, 0);
      }
      return kernel.build();
    }
  }
}
