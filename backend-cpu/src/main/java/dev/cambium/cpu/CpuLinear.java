package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.Linear;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link Linear} as one primitive: the bias is an argument and the activation a post-operation. A
 * ReLU turns NaN into 0, as the processor's maximum instruction does.
 */
final class CpuLinear {
  private CpuLinear() {}

  static Kernel prepare(Linear op, List<ValueType> inputs, CpuPlatform platform) {
    List<ValueType> outputs = op.infer(inputs);
    int units = OneDnnKernels.shape(inputs.get(1)).dim(0);
    try (Descriptors descriptors = new Descriptors(platform)) {
      LinearDescriptors linear =
          new LinearDescriptors(descriptors, OneDnnKernels.shape(inputs.get(0)), units);
      dnnl_memory_desc bias = op.bias() ? descriptors.stored(Shape.of(units)) : null;
      dnnl_primitive_desc forward = linear.forward(bias, op.activation());

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, outputs);
      kernel.pack(
          descriptors, 1, linear.storedWeights(), descriptors.of(forward, DNNL_ARG_WEIGHTS));
      OneDnnKernel.PrimitiveBuilder run =
          kernel
              .then("an inner product", forward)
              .input(DNNL_ARG_SRC, 0)
              .input(DNNL_ARG_WEIGHTS, 1)
              .output(DNNL_ARG_DST, 0);
      if (op.bias()) {
        run.input(DNNL_ARG_BIAS, 2);
      }
      return kernel.build();
    }
  }
}
