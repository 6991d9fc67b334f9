package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.Activate;
import dev.cambium.op.Activation;
import dev.cambium.spi.Prepared;
import dev.cambium.spi.View;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link Activate} as one primitive over the memory as it lies. A ReLU turns NaN into 0, as the
 * processor's maximum instruction does; the other functions keep it.
 */
final class CpuActivate {
  private CpuActivate() {}

  static Prepared prepare(Activate op, List<ValueType> inputs, CpuPlatform platform) {
    if (op.function().equals(Activation.NONE)) {
      return new View(0);
    }
    long size = OneDnnKernels.shape(inputs.get(0)).size();
    try (Descriptors descriptors = new Descriptors(platform)) {
      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, op.infer(inputs));
      kernel
          .then("an activation", describe(descriptors, op.function(), size))
          .input(DNNL_ARG_SRC, 0)
          .output(DNNL_ARG_DST, 0);
      return kernel.build();
    }
  }

  /** The activation of {@code size} numbers in a row. */
  static dnnl_primitive_desc describe(Descriptors descriptors, Activation function, long size) {
    Eltwise eltwise = Eltwise.of(function);
    return describe(descriptors, eltwise.forward(), eltwise.alpha(), size);
  }

  static dnnl_primitive_desc describe(
      Descriptors descriptors, int algorithm, float alpha, long size) {
    dnnl_memory_desc row = descriptors.strided(new long[] {size}, new long[] {1});
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return descriptors.own(
        "an activation",
        made,
        dnnl_eltwise_forward_primitive_desc_create(
            made,
            descriptors.engine(),
            dnnl_forward_training,
            algorithm,
            row,
            row,
            alpha,
            0,
            descriptors.attributes()));
  }
}
