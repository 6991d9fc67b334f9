package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.ActivateGradient;
import dev.cambium.op.Activation;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.View;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** {@link ActivateGradient} over the memory as it lies: one primitive, or a mask for the ReLU. */
final class CpuActivateGradient {
  private CpuActivateGradient() {}

  static Prepared prepare(ActivateGradient op, List<ValueType> inputs, CpuPlatform platform) {
    if (op.function().equals(Activation.NONE)) {
      return new View(0);
    }
    long size = OneDnnKernels.shape(inputs.get(0)).size();
    if (op.function().equals(Activation.RELU)
        || op.function().equals(new Activation.LeakyRelu(0))) {
      return new CpuReluGradient(platform, size);
    }
    try (Descriptors descriptors = new Descriptors(platform)) {
      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      kernel
          .then("an activation's gradient", describe(descriptors, op.function(), size))
          .input(DNNL_ARG_DIFF_DST, 0)
          .input(DNNL_ARG_DST, 1)
          .output(DNNL_ARG_DIFF_SRC, 0);
      return kernel.build();
    }
  }

  /** The gradient of {@code size} numbers in a row, read off the activation's output. */
  static dnnl_primitive_desc describe(Descriptors descriptors, Activation function, long size) {
    Eltwise eltwise = Eltwise.of(function);
    dnnl_memory_desc row = descriptors.strided(new long[] {size}, new long[] {1});
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "an activation's gradient",
        made,
        dnnl_eltwise_backward_primitive_desc_create(
            made,
            descriptors.engine(),
            eltwise.backward(),
            row,
            row,
            row,
            eltwise.alpha(),
            0,
            CpuActivate.describe(descriptors, eltwise.backward(), eltwise.alpha(), size),
            descriptors.attributes()));
  }
}
