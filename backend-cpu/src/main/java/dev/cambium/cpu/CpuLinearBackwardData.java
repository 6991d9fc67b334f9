package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.LinearBackwardData;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** {@link LinearBackwardData} as one primitive, with packed weights. */
final class CpuLinearBackwardData {
  private CpuLinearBackwardData() {}

  static Kernel prepare(LinearBackwardData op, List<ValueType> inputs, CpuPlatform platform) {
    List<ValueType> outputs = op.infer(inputs);
    int units = OneDnnKernels.shape(inputs.get(1)).dim(0);
    try (Descriptors descriptors = new Descriptors(platform)) {
      LinearDescriptors linear = new LinearDescriptors(descriptors, op.inputShape(), units);
      dnnl_primitive_desc backward = linear.backwardData();

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, outputs);
      kernel.pack(
          descriptors, 1, linear.storedWeights(), descriptors.of(backward, DNNL_ARG_WEIGHTS));
      kernel
          .then("an inner product's gradient by its input", backward)
          .input(DNNL_ARG_DIFF_DST, 0)
          .input(DNNL_ARG_WEIGHTS, 1)
          .output(DNNL_ARG_DIFF_SRC, 0);
      return kernel.build();
    }
  }
}
