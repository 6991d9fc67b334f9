package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.LinearBackwardWeights;
import dev.cambium.spi.Kernel;
import dev.cambium.tensor.Shape;
import dev.cambium.tensor.ValueType;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * {@link LinearBackwardWeights}: a primitive that computes both gradients, the weights' in a layout
 * of its own, and a second one that lays them out row-major.
 */
final class CpuLinearBackwardWeights {
  private CpuLinearBackwardWeights() {}

  static Kernel prepare(LinearBackwardWeights op, List<ValueType> inputs, CpuPlatform platform) {
    List<ValueType> outputs = op.infer(inputs);
    int units = OneDnnKernels.shape(inputs.get(1)).dim(1);
    try (Descriptors descriptors = new Descriptors(platform)) {
      LinearDescriptors linear =
          new LinearDescriptors(descriptors, OneDnnKernels.shape(inputs.get(0)), units);
      dnnl_memory_desc bias = op.bias() ? descriptors.stored(Shape.of(units)) : null;
      dnnl_primitive_desc backward = linear.backwardWeights(bias);

      OneDnnKernel.Builder kernel = new OneDnnKernel.Builder(platform, inputs, outputs);
      OneDnnKernel.PrimitiveBuilder run =
          kernel
              .then("an inner product's gradient by its weights", backward)
              .input(DNNL_ARG_SRC, 0)
              .input(DNNL_ARG_DIFF_DST, 1);
      kernel.unpack(descriptors, run, DNNL_ARG_DIFF_WEIGHTS, 0, linear.storedWeights());
      if (op.bias()) {
        run.output(DNNL_ARG_DIFF_BIAS, 1);
      }
      return kernel.build();
    }
  }
}
