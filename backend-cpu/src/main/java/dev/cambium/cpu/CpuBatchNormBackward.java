package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.Activation;
import dev.cambium.op.BatchNormBackward;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link BatchNormBackward} as one primitive. The ReLU's part is read off the forward workspace;
 * where the cache is not ours, dy is masked by y first.
 */
final class CpuBatchNormBackward {
  private CpuBatchNormBackward() {}

  static Kernel prepare(BatchNormBackward op, List<ValueType> inputs, CpuPlatform platform) {
    boolean relu = op.activation().equals(Activation.RELU);
    Shape x = OneDnnKernels.shape(inputs.get(1));
    try (Descriptors descriptors = new Descriptors(platform)) {
      BatchNormDescriptors norm = new BatchNormDescriptors(descriptors, x, op.epsilon());
      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      if (relu && hasOwnCache(descriptors, norm, inputs.get(6))) {
        dnnl_primitive_desc backward = norm.backward(BatchNormDescriptors.flags(true));
        withStatistics(kernel.then("a batch normalisation's gradient", backward))
            .input(DNNL_ARG_DIFF_DST, 0)
            .input(DNNL_ARG_WORKSPACE, 6);
        return kernel.build();
      }
      dnnl_primitive_desc backward = norm.backward(BatchNormDescriptors.flags(false));
      if (relu) {
        long masked = kernel.region(norm.image());
        kernel
            .then(
                "a ReLU's gradient",
                CpuActivateGradient.describe(descriptors, op.activation(), x.size()))
            .input(DNNL_ARG_DIFF_DST, 0)
            .input(DNNL_ARG_DST, 2)
            .scratch(DNNL_ARG_DIFF_SRC, masked);
        withStatistics(kernel.then("a batch normalisation's gradient", backward))
            .scratch(DNNL_ARG_DIFF_DST, masked);
      } else {
        withStatistics(kernel.then("a batch normalisation's gradient", backward))
            .input(DNNL_ARG_DIFF_DST, 0);
      }
      return kernel.build();
    }
  }

  private static boolean hasOwnCache(
      Descriptors descriptors, BatchNormDescriptors norm, ValueType cache) {
    dnnl_primitive_desc forward = norm.forward(true, BatchNormDescriptors.flags(true));
    return new OneDnnLayout(descriptors.of(forward, DNNL_ARG_WORKSPACE)).equals(cache);
  }

  /** The shift takes no part in its own gradient, so it is no argument. */
  private static OneDnnKernel.PrimitiveBuilder withStatistics(OneDnnKernel.PrimitiveBuilder run) {
    return run.input(DNNL_ARG_SRC, 1)
        .input(DNNL_ARG_SCALE, 3)
        .input(DNNL_ARG_MEAN, 4)
        .input(DNNL_ARG_VARIANCE, 5)
        .output(DNNL_ARG_DIFF_SRC, 0)
        .output(DNNL_ARG_DIFF_SCALE, 1)
        .output(DNNL_ARG_DIFF_SHIFT, 2);
  }
}
